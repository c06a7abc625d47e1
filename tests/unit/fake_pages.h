/* A page source over malloc'ed pages. Each is its own allocation, so that an access outside of it
 * is caught, and its "physical" address has nothing to do with its pointer. */
#ifndef TESTS_UNIT_FAKE_PAGES_H
#define TESTS_UNIT_FAKE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pagetable.h"

enum { FAKE_PAGES_MAX = 4096 };

struct fake_pages {
    struct page_source source;
    size_t limit; /* how many may be taken */
    size_t count; /* how many were */
    void *page[FAKE_PAGES_MAX];
};

void fake_pages_init(struct fake_pages *pages, size_t limit);
void fake_pages_free(struct fake_pages *pages);

/* The address of the page that was taken as the index-th, beginning with 0. */
uint64_t fake_pages_address(size_t index);

/* That page's table entry. */
uint64_t *fake_pages_entry(struct fake_pages *pages, size_t index, size_t entry);

#endif
