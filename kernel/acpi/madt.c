/* Reads the multiple APIC description table. */
#include "kernel/acpi/madt.h"

#include "lib/bits.h"

enum {
    LOCAL_APIC_ADDRESS = 36,
    ENTRIES_AT = 44,
    ENTRY_HEADER = 2, /* u8 type, u8 length including the header */
    LOCAL_APIC = 0,
    IO_APIC = 1,
    LOCAL_APIC_ADDRESS_OVERRIDE = 5,
    LOCAL_X2APIC = 9,
    X2APIC_FIRST_ID = 255, /* processors with a lower ID have a local APIC entry (§5.2.12.12) */
};

#define ENTRY_ENABLED BIT(0) /* flag in local APIC and local x2APIC entries */

/* Enabled processors by kind of entry. A processor may have an entry of each kind. */
struct counts {
    uint32_t local_apic;
    uint32_t x2apic_low;  /* x2APIC entries with an ID below X2APIC_FIRST_ID */
    uint32_t x2apic_high; /* x2APIC entries with a higher ID */
};

/* Returns the minimum length of an entry of that type. */
static uint32_t min_length(uint64_t type)
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

static void read_entry(const struct acpi_reader *reader, const struct acpi_table *table,
                       uint32_t at, uint64_t type, struct acpi_madt *madt, struct counts *counts)
{
    switch (type) {
    case LOCAL_APIC:
        counts->local_apic += (acpi_table_number(reader, table, at + 4, 4) & ENTRY_ENABLED) != 0;
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
    if (table->length < ENTRIES_AT)
        return ACPI_LENGTH;
    *madt = (struct acpi_madt){
        .local_apic = acpi_table_number(reader, table, LOCAL_APIC_ADDRESS, 4),
    };
    for (uint32_t at = ENTRIES_AT, length; at < table->length; at += length) {
        const uint64_t type = acpi_table_number(reader, table, at, 1);
        length = (uint32_t)acpi_table_number(reader, table, at + 1, 1);
        /* A length of 0 would also make this loop endless. */
        if (length < min_length(type) || length > table->length - at)
            return ACPI_ENTRIES;
        read_entry(reader, table, at, type, madt, &counts);
    }
    /* Some firmware lists each processor in both kinds of entries: count only one kind. */
    madt->processors =
        counts.x2apic_high + (counts.local_apic != 0 ? counts.local_apic : counts.x2apic_low);
    return ACPI_OK;
}
