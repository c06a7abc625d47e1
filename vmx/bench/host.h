/* The benchmark's host: what it does when the guest asks, and what it measures in VMX root
 * operation. */
#ifndef VMX_BENCH_HOST_H
#define VMX_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "vmx/exit/action.h"
#include "vmx/hypercall.h"
#include "vmx/run/run.h"

enum { HYPERCALL_BENCH = HYPERCALL_OWN };

/* The argument of HYPERCALL_BENCH: what must come before the guest's next instruction. */
enum bench_argument {
    BENCH_STEP,              /* a VM exit by the monitor trap flag */
    BENCH_TIMER,             /* a VM exit by the VMX-preemption timer */
    BENCH_EXCEPTION,         /* an injected #UD */
    BENCH_NMI,               /* an injected NMI */
    BENCH_INTERRUPT,         /* an interrupt of the host's local APIC */
    BENCH_REHEARSED = 0x100, /* flag: the host does the same work, but nothing comes */
};

enum {
    BENCH_VECTOR = 0xe0, /* of BENCH_INTERRUPT */
    BENCH_PORT = 0x80,   /* the only port whose accesses exit */
    BENCH_MSR = 0x174,   /* IA32_SYSENTER_CS, the only MSR whose accesses exit */
};

/* Returns the address of the first page that bench_build() left out. */
uint64_t bench_pages(void);

/* Carries out HYPERCALL_BENCH. */
enum exit_action bench_arm(struct vcpu *vcpu, uint32_t argument);

/* Maps the page at this guest-physical address. Returns false if bench_build() did not leave it
 * out. */
bool bench_map(uint64_t address);

/* Measures the rows that belong to VMX root operation, with the guest's VMCS as the current one.
 * The caller must prepare the VMCS again afterwards. */
void bench_root(struct vcpu *vcpu, struct run *run);

#endif
