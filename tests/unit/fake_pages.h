/* A page source of malloc'ed pages. Each page is a separate allocation, so that an access outside
 * it is caught. Its "physical" address is unrelated to its pointer. */
#ifndef TESTS_UNIT_FAKE_PAGES_H
#define TESTS_UNIT_FAKE_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/pagetable.h"

enum { FAKE_PAGES_MAX = 4096 };

struct fake_pages {
    struct page_source source;
    size_t limit; /* number of pages that can be taken */
    size_t count; /* number of pages that were taken */
    void *page[FAKE_PAGES_MAX];
};

void fake_pages_init(struct fake_pages *pages, size_t limit);
void fake_pages_free(struct fake_pages *pages);

/* Returns the address of the page that was taken as number `index`, counted from 0. */
uint64_t fake_pages_address(size_t index);

/* Returns an entry of the table in that page. */
uint64_t *fake_pages_entry(struct fake_pages *pages, size_t index, size_t entry);

#endif
