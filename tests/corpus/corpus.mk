# SPDX-License-Identifier: GPL-2.0-or-later
# make check-corpus CORPUS=FOLDER: compare every capture in it with tshark.

# One word for the shell, whatever is in it.
in_quotes = '$(subst ','\'',$(1))'

check-corpus: $(BUILD)/nod
ifeq ($(CORPUS),)
	@echo 'usage: make check-corpus CORPUS=FOLDER' >&2; exit 2
else
	@NOD='$(BUILD)/nod' tests/corpus/run $(call in_quotes,$(CORPUS))
endif

.PHONY: check-corpus
