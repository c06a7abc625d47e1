/* What to do with the machine after the result line: the values of end=, in their order. */
#ifndef KERNEL_END_ACTION_H
#define KERNEL_END_ACTION_H

enum end_action {
    END_HALT,
    END_REBOOT,
    END_POWEROFF,
    END_DEBUGEXIT,
    END_DEFAULT, /* end= was not given: end a recognised emulator, else halt */
};

#endif
