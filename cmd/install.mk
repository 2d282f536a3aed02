# SPDX-License-Identifier: GPL-2.0-or-later
# make install, make uninstall: DESTDIR, PREFIX, or each folder by itself.

INSTALL ?= install
PAGES := $(sort $(wildcard man/*.8))

install: $(BUILD)/nod
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)$(INSTALL) -D -m 755 $(BUILD)/nod '$(DESTDIR)$(BINDIR)/nod'
	$(Q)$(INSTALL) -d '$(DESTDIR)$(MANDIR)/man8'
	$(Q)$(INSTALL) -m 644 $(PAGES) '$(DESTDIR)$(MANDIR)/man8'
	$(Q)$(INSTALL) -D -m 644 completions/nod.bash '$(DESTDIR)$(BASHDIR)/nod'
	$(Q)$(INSTALL) -D -m 644 completions/_nod '$(DESTDIR)$(ZSHDIR)/_nod'
	$(Q)$(INSTALL) -D -m 644 completions/nod.fish '$(DESTDIR)$(FISHDIR)/nod.fish'

# Folders stay: they may be the system's.
uninstall:
	$(call say,REMOVE,$(DESTDIR)$(PREFIX))
	$(Q)rm -f '$(DESTDIR)$(BINDIR)/nod' '$(DESTDIR)$(BASHDIR)/nod' '$(DESTDIR)$(ZSHDIR)/_nod' \
		'$(DESTDIR)$(FISHDIR)/nod.fish'
	$(Q)rm -f $(PAGES:man/%='$(DESTDIR)$(MANDIR)/man8/%')

.PHONY: install uninstall
