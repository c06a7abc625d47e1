/* Tests events: events of VM exits become events to inject, and two events combine. */
#include "tests/unit/unit.h"

#include "vmx/cpu/event.h"

/* Literals of information fields (SDM Vol 3C, Tables 24-16 to 24-18): valid, error code, type. */
#define HARDWARE(vector)   (UINT32_C(0x80000300) | (vector))
#define WITH_ERROR(vector) (UINT32_C(0x80000b00) | (vector))

static void some_exceptions_have_an_error_code(void **state)
{
    (void)state;
    /* SDM Vol 3A, Table 6-1 */
    static const bool has[32] = {[8] = true,  [10] = true, [11] = true, [12] = true,
                                 [13] = true, [14] = true, [17] = true, [21] = true};
    for (uint8_t vector = 0; vector < 32; vector++) {
        struct event event = event_exception(vector, 0x1234);
        assert_int_equal(event.information, has[vector] ? WITH_ERROR(vector) : HARDWARE(vector));
        assert_int_equal(event.error, has[vector] ? 0x1234 : 0);
        assert_int_equal(event.length, 0);
    }
    assert_int_equal(event_exception(6, 0).information, 0x80000306);
    assert_int_equal(event_exception(13, 0).information, 0x80000b0d);
}

static void an_event_of_an_exit_is_delivered_again(void **state)
{
    static const struct {
        uint32_t information, error, length;
        struct event event;
    } rows[] = {
        {0x00000b0d, 9, 2, {0, 0, 0}},          /* not valid */
        {0x80000b0e, 7, 3, {0x80000b0e, 7, 0}}, /* #PF: no length */
        {0x80001b0d, 8, 1, {0x80000b0d, 8, 0}}, /* bit 12 has no meaning at VM entry */
        {0xfffffb0d, 8, 1, {0x80000b0d, 8, 0}}, /* nor have the bits above it */
        {0x80000306, 5, 2, {0x80000306, 0, 0}}, /* #UD has no error code */
        {0x80000020, 5, 2, {0x80000020, 0, 0}}, /* external interrupt */
        {0x80000202, 5, 2, {0x80000202, 0, 0}}, /* NMI */
        {0x80000480, 5, 2, {0x80000480, 0, 2}}, /* INT 80H */
        {0x80000501, 5, 1, {0x80000501, 0, 1}}, /* INT1 */
        {0x80000603, 5, 1, {0x80000603, 0, 1}}, /* INT3 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct event event = event_from_exit(rows[i].information, rows[i].error, rows[i].length);
        assert_int_equal(event.information, rows[i].event.information);
        assert_int_equal(event.error, rows[i].event.error);
        assert_int_equal(event.length, rows[i].event.length);
    }
}

/* SDM Vol 3A, Tables 6-4 and 6-5. */
enum class { BENIGN, CONTRIBUTORY, PAGE_FAULT, DOUBLE };
static enum class class_of(uint8_t vector) {
    switch (vector){
        case 0 : case 10 : case 11 : case 12 : case 13 : case 21 : return CONTRIBUTORY;
        case 14 : case 20 : return PAGE_FAULT;
        case 8 : return DOUBLE;
        default : return BENIGN;
    }
}

static void exceptions_combine_as_table_6_5_says(void **state)
{
    enum { SECOND, DF, SHUTDOWN };
    static const int table[4][4] = {
        [BENIGN] = {SECOND, SECOND, SECOND, SECOND},
        [CONTRIBUTORY] = {SECOND, DF, SECOND, SECOND},
        [PAGE_FAULT] = {SECOND, DF, DF, SECOND},
        [DOUBLE] = {SECOND, SHUTDOWN, SHUTDOWN, SECOND},
    };
    (void)state;
    for (uint8_t first = 0; first < 32; first++) {
        for (uint8_t second = 0; second < 32; second++) {
            struct event delivered;
            bool alive =
                event_combine(event_exception(first, 1), event_exception(second, 2), &delivered);
            switch (table[class_of(first)][class_of(second)]) {
            case SECOND:
                assert_true(alive);
                assert_int_equal(delivered.information, event_exception(second, 2).information);
                assert_int_equal(delivered.error, event_exception(second, 2).error);
                break;
            case DF:
                assert_true(alive);
                assert_int_equal(delivered.information, 0x80000b08);
                assert_int_equal(delivered.error, 0);
                break;
            default:
                assert_false(alive);
            }
        }
    }
}

static void interrupts_are_benign_whatever_their_vector(void **state)
{
    /* no event, external interrupt 13, NMI, INT 13, INT 8 */
    static const uint32_t firsts[] = {0x0000030d, 0x8000000d, 0x80000202, 0x8000040d, 0x80000408};
    struct event delivered;
    (void)state;
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        assert_true(
            event_combine(event_from_exit(firsts[i], 0, 2), event_exception(13, 4), &delivered));
        assert_int_equal(delivered.information, 0x80000b0d);
        assert_int_equal(delivered.error, 4);
    }
}

static void real_mode_has_no_error_codes(void **state)
{
    (void)state;
    struct event event = event_in_real_mode(event_exception(13, 5));
    assert_int_equal(event.information, 0x8000030d);
    assert_int_equal(event.error, 0);
    assert_int_equal(event_in_real_mode(event_from_exit(0x80000603, 0, 1)).length, 1);
}

static void faults_set_rf(void **state)
{
    (void)state;
    static const uint8_t faults[] = {0, 5, 6, 7, 10, 11, 12, 13, 14, 16, 17, 19, 20, 21};
    unsigned count = 0;
    for (unsigned vector = 0; vector < 256; vector++)
        count += event_is_fault((uint8_t)vector);
    assert_int_equal(count, sizeof faults);
    for (size_t i = 0; i < sizeof faults; i++)
        assert_true(event_is_fault(faults[i]));
}

/* SDM Vol 3B §17.2.3; Vol 3C, Table 27-1 */
static void debug_status(void **state)
{
    (void)state;
    assert_int_equal(event_dr6(0xffff0ff0, 0x4000), 0xffff4ff0); /* single step */
    assert_int_equal(event_dr6(0xffff4ff3, 0x4), 0xffff4ff4); /* BS stays, B0 and B1 are cleared */
    assert_int_equal(event_dr6(0xffff0ff0, 0x2000), 0xffff2ff0);  /* debug-register access */
    assert_int_equal(event_dr6(0xffff0ff0, 0x10000), 0xfffe0ff0); /* RTM: the bit becomes 0 */
    assert_int_equal(event_dr6(0xfffe0ff0, 0x1), 0xffff0ff1);     /* the bit becomes 1 again */
    assert_int_equal(event_dr6(0xffff0ff0, 0x800), 0xffff07f0);   /* bus lock: the bit becomes 0 */
    assert_int_equal(event_dr6(0xffff0ff0, 0x1000), 0xffff0ff0);  /* enabled breakpoint: no bit */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(some_exceptions_have_an_error_code),
        cmocka_unit_test(an_event_of_an_exit_is_delivered_again),
        cmocka_unit_test(exceptions_combine_as_table_6_5_says),
        cmocka_unit_test(interrupts_are_benign_whatever_their_vector),
        cmocka_unit_test(real_mode_has_no_error_codes),
        cmocka_unit_test(faults_set_rf),
        cmocka_unit_test(debug_status),
    };
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
