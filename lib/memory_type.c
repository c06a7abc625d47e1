/* Names of memory types. */
#include "lib/memory_type.h"

const char *memory_type_name(enum memory_type type)
{
    switch (type) {
    case MEMORY_UC:
        return "UC";
    case MEMORY_WC:
        return "WC";
    case MEMORY_WT:
        return "WT";
    case MEMORY_WP:
        return "WP";
    case MEMORY_WB:
        return "WB";
    }
    return NULL;
}
