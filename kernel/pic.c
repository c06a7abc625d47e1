/* Masking the 8259As. */
#include "kernel/pic.h"

#include "kernel/cpu.h"

enum {
    PORT_MASTER_MASK = 0x21,
    PORT_SLAVE_MASK = 0xa1,
    MASK_ALL = 0xff,
};

void pic_mask(void)
{
    out8(PORT_MASTER_MASK, MASK_ALL);
    out8(PORT_SLAVE_MASK, MASK_ALL);
}
