/* Makes events, and combines two of them. */
#include "vmx/cpu/event.h"

#include "lib/bits.h"
#include "lib/x86.h"

/* Sets of vectors: bit n stands for vector n. */
#define VECTORS_CONTRIBUTORY                                                                       \
    (BIT(VECTOR_DE) | BIT(VECTOR_TS) | BIT(VECTOR_NP) | BIT(VECTOR_SS) | BIT(VECTOR_GP) |          \
     BIT(VECTOR_CP))
#define VECTORS_PAGE_FAULT (BIT(VECTOR_PF) | BIT(VECTOR_VE))
#define VECTORS_WITH_ERROR                                                                         \
    (BIT(VECTOR_DF) | BIT(VECTOR_TS) | BIT(VECTOR_NP) | BIT(VECTOR_SS) | BIT(VECTOR_GP) |          \
     BIT(VECTOR_PF) | BIT(VECTOR_AC) | BIT(VECTOR_CP))
/* All exceptions except #DB (a fault or a trap), #BP and #OF (traps), and #DF and #MC (aborts). */
#define VECTORS_FAULT                                                                              \
    (VECTORS_CONTRIBUTORY | VECTORS_PAGE_FAULT | BIT(VECTOR_BR) | BIT(VECTOR_UD) |                 \
     BIT(VECTOR_NM) | BIT(VECTOR_MF) | BIT(VECTOR_AC) | BIT(VECTOR_XM))

bool event_is_valid(struct event event)
{
    return (event.information & EVENT_VALID) != 0;
}

enum event_type event_type(struct event event)
{
    return (enum event_type)bits_get(event.information, 10, 8);
}

uint8_t event_vector(struct event event)
{
    return (uint8_t)event.information;
}

static bool is_in(uint64_t set, uint8_t vector)
{
    return vector < 32 && (set & BIT(vector)) != 0;
}

struct event event_exception(uint8_t vector, uint32_t error)
{
    struct event event = {.information =
                              (uint32_t)(EVENT_VALID | EVENT_HARDWARE_EXCEPTION << 8 | vector)};
    if (is_in(VECTORS_WITH_ERROR, vector)) {
        event.information |= EVENT_HAS_ERROR;
        event.error = error;
    }
    return event;
}

struct event event_from_exit(uint32_t information, uint32_t error, uint32_t length)
{
    struct event event = {0};
    if (!(information & EVENT_VALID))
        return event;
    event.information = (uint32_t)(information & (EVENT_VALID | EVENT_HAS_ERROR | BITS(10, 0)));
    if (information & EVENT_HAS_ERROR)
        event.error = error;
    switch (event_type(event)) {
    case EVENT_SOFTWARE_INTERRUPT:
    case EVENT_PRIVILEGED_EXCEPTION:
    case EVENT_SOFTWARE_EXCEPTION:
        event.length = length;
        break;
    default:
        break;
    }
    return event;
}

/* Returns true if the event is a hardware exception of the set. INT n and an external interrupt
 * with such a vector are not. */
static bool is_exception(struct event event, uint64_t set)
{
    return event_is_valid(event) && event_type(event) == EVENT_HARDWARE_EXCEPTION &&
           is_in(set, event_vector(event));
}

bool event_combine(struct event first, struct event second, struct event *delivered)
{
    bool contributory = is_exception(second, VECTORS_CONTRIBUTORY);
    bool page_fault = is_exception(second, VECTORS_PAGE_FAULT);
    *delivered = second;
    if (is_exception(first, BIT(VECTOR_DF)) && (contributory || page_fault))
        return false;
    if ((is_exception(first, VECTORS_CONTRIBUTORY) && contributory) ||
        (is_exception(first, VECTORS_PAGE_FAULT) && (contributory || page_fault)))
        *delivered = event_exception(VECTOR_DF, 0);
    return true;
}

struct event event_in_real_mode(struct event event)
{
    event.information &= (uint32_t)~EVENT_HAS_ERROR;
    event.error = 0;
    return event;
}

bool event_is_fault(uint8_t vector)
{
    return is_in(VECTORS_FAULT, vector);
}

uint64_t event_dr6(uint64_t dr6, uint64_t qualification)
{
    const uint64_t happened = DR6_BREAKPOINTS | DR6_BD | DR6_BS;
    dr6 = (dr6 & ~DR6_BREAKPOINTS) | (qualification & happened) | DR6_RTM;
    return dr6 & ~(qualification & (DR6_BLD | DR6_RTM));
}
