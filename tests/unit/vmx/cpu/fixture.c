/* The guest's processor and memory for tests. */
#include "tests/unit/vmx/cpu/fixture.h"

#include <string.h>

uint8_t fixture_memory[FIXTURE_SIZE];
struct guest_cpu fixture;

static uint8_t *at(const void *memory, uint64_t address, size_t size)
{
    (void)memory;
    return address <= FIXTURE_SIZE && size <= FIXTURE_SIZE - address ? fixture_memory + address
                                                                     : NULL;
}

static bool read_memory(const void *memory, uint64_t address, void *to, size_t size)
{
    const uint8_t *from = at(memory, address, size);
    if (from)
        memcpy(to, from, size);
    return from != NULL;
}

void fixture_32(void)
{
    const struct segment data = {0x10, 0xffffffff, 0xc093, 0};
    memset(fixture_memory, 0, sizeof fixture_memory);
    fixture = (struct guest_cpu){
        .crs = {.cr0 = 0x31, .cr3 = FIXTURE_ROOT},
        .rflags = 2,
        .segments = {data, {0x08, 0xffffffff, 0xc09b, 0}, data, data, data, data},
        .ldtr = {0, 0, 0x10000, 0},
        .tr = {0x18, 0x67, 0x8b, 0},
        .gdtr = {FIXTURE_GDT, 0xff},
        .cr_facts = {.physical_bits = 36, .read = read_memory},
        .linear_bits = 48,
        .gigabyte_pages = true,
        .memory_at = at,
    };
}

void fixture_64(void)
{
    fixture_32();
    fixture.crs =
        (struct guest_crs){.cr0 = 0x80000031, .cr3 = FIXTURE_ROOT, .cr4 = 0x20, .efer = 0x500};
    fixture.segments[GUEST_CS].access_rights = 0xa09b;
}

void fixture_real(void)
{
    fixture_32();
    fixture.crs.cr0 = 0x30;
    for (unsigned i = 0; i < GUEST_SEGMENTS; i++)
        fixture.segments[i] = (struct segment){0, 0xffff, i == GUEST_CS ? 0x9b : 0x93, 0};
}

void fixture_put(uint64_t address, uint64_t value, size_t size)
{
    memcpy(fixture_memory + address, &value, size);
}

uint64_t fixture_get(uint64_t address, size_t size)
{
    uint64_t value = 0;
    memcpy(&value, fixture_memory + address, size);
    return value;
}

uint64_t fixture_fault(void)
{
    return FAULT(fixture.fault.vector, fixture.fault.error);
}
