/* The shared fixture of the tests of translation tables: tables in the format of ordinary paging,
 * and assertions about them. */
#ifndef TESTS_UNIT_LIB_PAGETABLE_FIXTURE_H
#define TESTS_UNIT_LIB_PAGETABLE_FIXTURE_H

#include "lib/pagetable.h"
#include "tests/unit/fake_pages.h"

#define KIB4  UINT64_C(0x1000)
#define MIB2  UINT64_C(0x200000)
#define GIB1  UINT64_C(0x40000000)
#define LIMIT UINT64_C(0x1000000000000) /* 48 bits */
/* The addresses that the format can hold: 52 bits. */
#define TARGET_LIMIT UINT64_C(0x10000000000000)

/* A range that needs leaves of 4 KiB, 2 MiB, 1 GiB, 2 MiB and 4 KiB, with the 1 GiB leaf at
 * 1 GiB. */
#define MIXED_FROM (GIB1 - MIB2 - KIB4)
#define MIXED_SIZE (GIB1 + 2 * MIB2 + 2 * KIB4)
/* The tables for that range: the root, one of level 3, two of level 2 and two of level 1. */
enum { MIXED_TABLES = 6 };

/* Flags: present, writable, user; page size in bit 7 (SDM Vol 3A §4.5 "4-Level Paging"). */
extern const struct pagetable_format pagetable_paging;

extern struct fake_pages pagetable_pages;
extern struct pagetable pagetable;

/* Creates empty tables from a source of `limit` pages, including the root. */
struct pagetable *pagetable_begin(unsigned largest, size_t limit);

/* The teardown function for cmocka. */
int pagetable_destroy(void **state);

/* Returns an entry of the page that was taken as number `page`, counted from 0. */
uint64_t pagetable_entry(size_t page, size_t index);

/* Asserts the numbers of leaves of 4 KiB, 2 MiB and 1 GiB. */
void assert_leaves(uint64_t small, uint64_t medium, uint64_t large);

void assert_leads(uint64_t from, unsigned level, uint64_t to);
/* Asserts that the walk ends at that level with an entry that is absent and 0. */
void assert_absent(uint64_t from, unsigned level);

#endif
