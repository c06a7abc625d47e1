/* Making sets of ranges from the memory map. */
#include "kernel/memory.h"

#include "lib/address.h"

static bool add_available(struct memory *memory, const struct boot_info *info)
{
    for (size_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *entry = &info->memory[i];
        struct range range = range_shrink(range_make(entry->base, entry->length), PAGE_SIZE);
        if (entry->type == BOOT_MEMORY_AVAILABLE && !range_set_add(&memory->ram, range))
            return false;
    }
    return true;
}

static bool remove_others(struct memory *memory, const struct boot_info *info)
{
    for (size_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *entry = &info->memory[i];
        struct range range = range_grow(range_make(entry->base, entry->length), PAGE_SIZE);
        if (entry->type != BOOT_MEMORY_AVAILABLE && !range_set_remove(&memory->ram, range))
            return false;
    }
    return true;
}

static bool free_all(struct memory *memory)
{
    const struct range low = {0, MEMORY_LOWEST};
    return memory_ram_except(memory, &low, 1, &memory->free);
}

static bool keep_modules(struct memory *memory, const struct boot_info *info)
{
    for (size_t i = 0; i < info->module_count; i++) {
        struct range module = {info->module[i].start, info->module[i].end};
        if (!range_set_remove(&memory->free, range_grow(module, PAGE_SIZE)))
            return false;
    }
    return true;
}

static bool scratch_is_free(const struct memory *memory, const struct boot_info *info,
                            const struct range *keep, size_t count)
{
    bool free = range_set_contains(&memory->ram, MEMORY_SCRATCH);
    for (size_t i = 0; i < info->module_count; i++) {
        free &= !range_overlaps((struct range){info->module[i].start, info->module[i].end},
                                MEMORY_SCRATCH);
    }
    for (size_t i = 0; i < count; i++)
        free &= !range_overlaps(keep[i], MEMORY_SCRATCH);
    return free;
}

bool memory_init(struct memory *memory, const struct boot_info *info, const struct range *keep,
                 size_t count)
{
    memory->ram = (struct range_set){memory->ram_storage, 0, MEMORY_RANGES_MAX};
    memory->free = (struct range_set){memory->free_storage, 0, MEMORY_RANGES_MAX};
    if (!add_available(memory, info) || !remove_others(memory, info) ||
        !range_set_remove(&memory->ram, (struct range){MEMORY_END, UINT64_MAX}) ||
        !free_all(memory) || !keep_modules(memory, info))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!range_set_remove(&memory->free, range_grow(keep[i], PAGE_SIZE)))
            return false;
    }
    memory->scratch = scratch_is_free(memory, info, keep, count);
    return true;
}

bool memory_ram_except(const struct memory *memory, const struct range *except, size_t count,
                       struct range_set *set)
{
    return range_set_copy(set, &memory->ram) && range_set_remove_all(set, except, count);
}

bool memory_taken(const struct memory *memory, const uint64_t *except, size_t count,
                  struct range_set *taken)
{
    if (!memory_ram_except(memory, memory->free.at, memory->free.count, taken) ||
        !range_set_remove(taken, range_make(0, MEMORY_LOWEST)))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!range_set_remove(taken, range_make(except[i], PAGE_SIZE)))
            return false;
    }
    return true;
}

bool memory_take(struct memory *memory, uint64_t count, uint64_t align, uint64_t limit,
                 uint64_t *address)
{
    if (count == 0 || count > UINT64_MAX / PAGE_SIZE)
        return false;
    return range_set_take(&memory->free, count * PAGE_SIZE, align, limit, address);
}
