/* Tests which record of the ring an exit gets, and the registers in it. */
#include "vmx/exit/record.h"

#include "tests/unit/unit.h"

static struct exit_record records[8];
static const struct exit_ring ring = {.at = records, .mask = 7};

static void the_ring_has_64_bytes_for_each_exit(void **state)
{
    (void)state;
    assert_int_equal(ring_size(&ring), 8 * 64);
}

/* The ninth exit replaces the first. */
static void the_newest_exits_are_kept(void **state)
{
    (void)state;
    assert_ptr_equal(ring_record(&ring, 0), &records[0]);
    assert_ptr_equal(ring_record(&ring, 7), &records[7]);
    assert_ptr_equal(ring_record(&ring, 8), &records[0]);
    assert_ptr_equal(ring_record(&ring, UINT64_MAX), &records[7]);
}

/* Fields that matter more replace the values from the first on. */
static void registers_are_in_the_order_in_which_they_are_replaced(void **state)
{
    struct exit_record record = {.rip = 0x1000};
    (void)state;
    ring_keep_registers(&record, 0xa, 0xc, 0xd);
    assert_int_equal(record.value[0], 0xd);
    assert_int_equal(record.value[1], 0xc);
    assert_int_equal(record.value[2], 0xa);
    assert_int_equal(record.rip, 0x1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ring_has_64_bytes_for_each_exit),
        cmocka_unit_test(the_newest_exits_are_kept),
        cmocka_unit_test(registers_are_in_the_order_in_which_they_are_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
