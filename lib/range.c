/* Ranges and sets of ranges. Every change of a set replaces some neighbouring ranges with others;
 * range_set_replace() is the only function that moves elements. */
#include "lib/range.h"

#include "lib/bits.h"
#include "lib/string.h"

static bool range_is_empty(struct range range)
{
    return range.start >= range.end;
}

struct range range_make(uint64_t start, uint64_t length)
{
    uint64_t room = UINT64_MAX - start;

    return (struct range){.start = start, .end = start + (length < room ? length : room)};
}

bool range_overlaps(struct range a, struct range b)
{
    return !range_is_empty(a) && !range_is_empty(b) && a.start < b.end && b.start < a.end;
}

struct range range_shrink(struct range range, uint64_t unit)
{
    struct range inside = {
        .start = align_up(range.start, unit),
        .end = align_down(range.end, unit),
    };

    /* align_up() wrapped: no multiple of unit lies above range.start. */
    if (inside.start < range.start || range_is_empty(inside))
        return (struct range){.start = range.start, .end = range.start};
    return inside;
}

struct range range_grow(struct range range, uint64_t unit)
{
    if (range_is_empty(range))
        return range;

    uint64_t end = align_up(range.end, unit);

    return (struct range){
        .start = align_down(range.start, unit),
        .end = end < range.end ? UINT64_MAX : end,
    };
}

/* Returns the index of the first range that ends above address, or set->count. */
static size_t first_above(const struct range_set *set, uint64_t address)
{
    size_t i = 0;

    while (i < set->count && set->at[i].end <= address)
        i++;
    return i;
}

/* Replaces the ranges first <= i < last with `count` pieces. */
static bool range_set_replace(struct range_set *set, size_t first, size_t last,
                              const struct range *pieces, size_t count)
{
    size_t tail = set->count - last;

    if (first + count + tail > set->capacity)
        return false;
    memmove(&set->at[first + count], &set->at[last], tail * sizeof(set->at[0]));
    for (size_t i = 0; i < count; i++)
        set->at[first + i] = pieces[i];
    set->count = first + count + tail;
    return true;
}

bool range_set_add(struct range_set *set, struct range range)
{
    size_t first = 0;

    if (range_is_empty(range))
        return true;
    /* Merge with ranges that overlap or touch the new one. */
    while (first < set->count && set->at[first].end < range.start)
        first++;

    size_t last = first;

    for (; last < set->count && set->at[last].start <= range.end; last++) {
        if (set->at[last].start < range.start)
            range.start = set->at[last].start;
        if (set->at[last].end > range.end)
            range.end = set->at[last].end;
    }
    return range_set_replace(set, first, last, &range, 1);
}

bool range_set_remove(struct range_set *set, struct range range)
{
    size_t first = first_above(set, range.start);
    size_t last = first;
    struct range left;
    struct range pieces[2];
    size_t count = 0;

    while (last < set->count && set->at[last].start < range.end)
        last++;
    if (range_is_empty(range) || first == last)
        return true;
    left = (struct range){.start = set->at[first].start, .end = range.start};
    if (!range_is_empty(left))
        pieces[count++] = left;
    if (set->at[last - 1].end > range.end)
        pieces[count++] = (struct range){.start = range.end, .end = set->at[last - 1].end};
    return range_set_replace(set, first, last, pieces, count);
}

bool range_set_copy(struct range_set *set, const struct range_set *from)
{
    return range_set_replace(set, 0, set->count, from->at, from->count);
}

bool range_set_remove_all(struct range_set *set, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!range_set_remove(set, ranges[i]))
            return false;
    }
    return true;
}

/* Returns true if `size` bytes at a multiple of align fit into range below limit. Sets *start to
 * the address of the first byte. */
static bool range_fits(struct range range, uint64_t size, uint64_t align, uint64_t limit,
                       uint64_t *start)
{
    uint64_t end = range.end < limit ? range.end : limit;

    *start = align_up(range.start, align);
    return *start >= range.start && *start < end && end - *start >= size;
}

bool range_set_take(struct range_set *set, uint64_t size, uint64_t align, uint64_t limit,
                    uint64_t *start)
{
    for (size_t i = 0; i < set->count; i++) {
        uint64_t found;

        if (range_fits(set->at[i], size, align, limit, &found)) {
            if (!range_set_remove(set, range_make(found, size)))
                return false;
            *start = found;
            return true;
        }
    }
    return false;
}

bool range_set_contains(const struct range_set *set, struct range range)
{
    size_t i = first_above(set, range.start);

    if (range_is_empty(range))
        return true;
    return i < set->count && set->at[i].start <= range.start && range.end <= set->at[i].end;
}

uint64_t range_set_total(const struct range_set *set)
{
    uint64_t total = 0;

    for (size_t i = 0; i < set->count; i++)
        total += set->at[i].end - set->at[i].start;
    return total;
}
