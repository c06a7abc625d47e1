/* The two 8259A interrupt controllers. */
#ifndef KERNEL_PIC_H
#define KERNEL_PIC_H

/* Masks all sixteen lines, because Trapline uses no interrupts. */
void pic_mask(void);

#endif
