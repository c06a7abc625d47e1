/* What becomes of the machine after the result line. */
#ifndef KERNEL_END_ACTION_H
#define KERNEL_END_ACTION_H

enum end_action {
    END_HALT,
    END_REBOOT,
    END_POWEROFF,
    END_DEBUGEXIT,
    END_DEFAULT, /* no word: the emulator's own exit where one is recognised, else halt */
};

#endif
