/* What becomes of the machine after the result line. */
#ifndef KERNEL_END_ACTION_H
#define KERNEL_END_ACTION_H

enum end_action {
    END_DEFAULT, /* the emulator's own exit where one is recognised, else halt */
    END_HALT,
    END_REBOOT,
    END_POWEROFF,
    END_DEBUGEXIT,
};

#endif
