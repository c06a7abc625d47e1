/* The multiple APIC description table. */
#include "kernel/acpi/madt.h"

#include "lib/bits.h"

enum {
    LOCAL_APIC_ADDRESS = 36,
    ENTRIES = 44,
    ENTRY_HEADER = 2, /* u8 type, u8 length with the header */
    LOCAL_APIC = 0,
    IO_APIC = 1,
    LOCAL_APIC_ADDRESS_OVERRIDE = 5,
    LOCAL_X2APIC = 9,
    X2APIC_FIRST_ID = 255, /* below, a processor has a local APIC entry (§5.2.12.12) */
};

#define ENTRY_ENABLED BIT(0) /* of the flags of both kinds of local APIC */

/* What is counted before it is clear which counts. */
struct counts {
    uint32_t local;
    uint32_t x2apic_low;  /* with a number that a local APIC entry could have, too */
    uint32_t x2apic_high; /* with one that only they can have */
};

/* The least length of an entry with all that is read of it. */
static uint32_t least_of(uint64_t type)
{
    switch (type) {
    case LOCAL_APIC:
        return 8;
    case IO_APIC:
    case LOCAL_APIC_ADDRESS_OVERRIDE:
        return 12;
    case LOCAL_X2APIC:
        return 16;
    default:
        return ENTRY_HEADER;
    }
}

static void take_entry(const struct acpi_reader *reader, const struct acpi_table *table,
                       uint32_t at, uint64_t type, struct acpi_madt *madt, struct counts *counts)
{
    switch (type) {
    case LOCAL_APIC:
        counts->local += (acpi_table_number(reader, table, at + 4, 4) & ENTRY_ENABLED) != 0;
        break;
    case IO_APIC:
        madt->io_apics++;
        break;
    case LOCAL_APIC_ADDRESS_OVERRIDE:
        madt->local_apic = acpi_table_number(reader, table, at + 4, 8);
        break;
    case LOCAL_X2APIC:
        if (!(acpi_table_number(reader, table, at + 8, 4) & ENTRY_ENABLED))
            break;
        if (acpi_table_number(reader, table, at + 4, 4) < X2APIC_FIRST_ID)
            counts->x2apic_low++;
        else
            counts->x2apic_high++;
        break;
    default:
        break;
    }
}

enum acpi_status acpi_madt_read(const struct acpi_reader *reader, const struct acpi_table *table,
                                struct acpi_madt *madt)
{
    struct counts counts = {0, 0, 0};
    if (table->length < ENTRIES)
        return ACPI_LENGTH;
    *madt = (struct acpi_madt){
        .local_apic = acpi_table_number(reader, table, LOCAL_APIC_ADDRESS, 4),
    };
    for (uint32_t at = ENTRIES, length; at < table->length; at += length) {
        const uint64_t type = acpi_table_number(reader, table, at, 1);
        length = (uint32_t)acpi_table_number(reader, table, at + 1, 1);
        /* A length of 0 would also stop the loop from getting any further. */
        if (length < least_of(type) || length > table->length - at)
            return ACPI_ENTRIES;
        take_entry(reader, table, at, type, madt, &counts);
    }
    /* Some firmware tells each processor in both ways: one of them counts. */
    madt->processors = counts.x2apic_high + (counts.local != 0 ? counts.local : counts.x2apic_low);
    return ACPI_OK;
}
