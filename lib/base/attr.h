/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contracts that the compiler can check.
 */
#ifndef NOD_BASE_ATTR_H
#define NOD_BASE_ATTR_H

#define attr_printf(fmt, args) __attribute__((format(printf, fmt, args)))
#define attr_cleanup(function) __attribute__((cleanup(function)))
#define attr_must_check	       __attribute__((warn_unused_result))
#define attr_pure	       __attribute__((pure))
#define attr_cold	       __attribute__((cold, noinline))
#define attr_noinline	       __attribute__((noinline))
#define attr_always_inline     inline __attribute__((always_inline))
/*
 * For what is done with each frame: several commands share its parts, so that the compiler, which puts into
 * one function what only that one calls, would no longer do it by itself.
 */
#define attr_flatten	  __attribute__((flatten))
#define attr_unused	  __attribute__((unused))
#define likely(x)	  __builtin_expect(!!(x), 1)
#define unlikely(x)	  __builtin_expect(!!(x), 0)
#define array_size(array) (sizeof(array) / sizeof((array)[0]))

#endif
