// A Verilated model behind the harness. The generated translation unit defines, before it includes this file,
// Vmodel (the model's class), SOTTO_PORTS and SOTTO_PROBES (lists of calls of addPort and addProbe on `signals`); with
// traces, SOTTO_TRACE.
#pragma once

#include "signal.h"
#include "verilated_sym_props.h"

#ifdef SOTTO_TRACE
#include "verilated_vcd_c.h"
#endif

namespace sotto {

static void addPort(std::vector<Signal>& list, const char* kind, const char* name, uint32_t width, void* data,
                    size_t bytes) {
    list.push_back({kind, name, width, uint32_t(bytes), 1, 0, data});
}

static void addProbe(std::vector<Signal>& list, VerilatedContext& context, const char* path, const char* scopeName,
                     const char* variable) {
    const VerilatedScope* const scope = context.scopeFind(scopeName);
    const VerilatedVar* const var = scope ? scope->varFind(variable) : nullptr;
    if (!var || var->udims() > 1) return;
    const bool isArray = var->udims() == 1;
    list.push_back({"probe", path, uint32_t(var->packed().elements()), var->entSize(),
                    isArray ? uint32_t(var->elements(1)) : 1, isArray ? var->low(1) : 0, var->datap()});
}

struct Engine {
    // One evaluation brings what follows from the inputs up to date before logic sees an edge.
    static constexpr bool settleBeforeRise = false;
    static constexpr bool settleBeforeFall = false;

    VerilatedContext context;
    Vmodel* model;
#ifdef SOTTO_TRACE
    VerilatedVcdC* wave = nullptr;
#endif

    Engine() {
        // Two-state power-up: every bit that no initial block sets is 0.
        context.randReset(0);
#ifdef SOTTO_TRACE
        context.traceEverOn(true);
#endif
        model = new Vmodel{&context, "TOP"};
        model->eval();
    }

    void settle() { model->eval(); }

    void list(std::vector<Signal>& signals) {
        SOTTO_PORTS
        SOTTO_PROBES
    }

    void refreshProbes() {}

#ifdef SOTTO_TRACE
    bool openWave(const char* path) {
        wave = new VerilatedVcdC;
        model->trace(wave, 99);
        wave->open(path);
        return wave->isOpen();
    }
    void dumpWave(uint64_t time) {
        context.time(time);
        wave->dump(time);
    }
    void closeWave() { wave->close(); }
#else
    bool openWave(const char*) { return false; }
    void dumpWave(uint64_t) {}
    void closeWave() {}
#endif

    void finish() { model->final(); }
};

}  // namespace sotto
