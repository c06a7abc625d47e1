/* The interface between the benchmark's guest and host. */
#ifndef VMX_BENCH_AGREED_H
#define VMX_BENCH_AGREED_H

#include "lib/msr.h"
#include "vmx/hypercall.h"

enum { HYPERCALL_BENCH = HYPERCALL_OWN };

/* The argument of HYPERCALL_BENCH: the event that must come before the guest's next instruction. */
enum bench_argument {
    BENCH_STEP,              /* a VM exit by the monitor trap flag */
    BENCH_TIMER,             /* a VM exit by the VMX-preemption timer */
    BENCH_EXCEPTION,         /* an injected #UD */
    BENCH_NMI,               /* an injected NMI */
    BENCH_INTERRUPT,         /* an interrupt of the host's local APIC */
    BENCH_REHEARSED = 0x100, /* flag: the host does the same work, but nothing comes */
};

enum {
    BENCH_VECTOR = 0xe0,          /* the vector of BENCH_INTERRUPT */
    BENCH_PORT = 0x80,            /* the only port whose accesses exit */
    BENCH_MSR = IA32_SYSENTER_CS, /* the only MSR whose accesses exit */
};

#endif
