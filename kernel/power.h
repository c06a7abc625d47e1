/* How the machine ends. */
#ifndef KERNEL_POWER_H
#define KERNEL_POWER_H

#include "kernel/result.h"

/* Carries out action; where the machine does not obey, it halts. */
_Noreturn void power_end(enum end_action action, enum result_code code);

#endif
