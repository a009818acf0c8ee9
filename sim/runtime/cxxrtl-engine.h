// A CXXRTL model behind the harness. The generated translation unit defines, before it includes this file,
// SOTTO_TOP (the class of the top module), SOTTO_TOP_NAME (a string), SOTTO_PORTS and SOTTO_PROBES (lists of calls of
// `addPort` and `addProbe`); SOTTO_FALLING_EDGES where logic uses the falling edge; SOTTO_INSIDE where there are probes
// or traces; with traces, SOTTO_TRACE.
#pragma once

#include <algorithm>
#include <set>

#include "signal.h"

#ifdef SOTTO_TRACE
#include <cstdio>
#include <cxxrtl/cxxrtl_vcd.h>
#endif

namespace sotto {

template <size_t Bits>
static void addPort(std::vector<Signal>& list, const char* kind, const char* name, cxxrtl::value<Bits>& port) {
    list.push_back({kind, name, uint32_t(Bits), uint32_t(sizeof port.data), 1, 0, port.data});
}

template <size_t Bits>
static void addPort(std::vector<Signal>& list, const char* kind, const char* name, cxxrtl::wire<Bits>& port) {
    addPort(list, kind, name, port.curr);
}

struct Engine {
    // Modules are evaluated one after the other until nothing changes, but edges show in the first round only.
    static constexpr bool settleBeforeRise = true;
#ifdef SOTTO_FALLING_EDGES
    static constexpr bool settleBeforeFall = true;
#else
    static constexpr bool settleBeforeFall = false;
#endif

    SOTTO_TOP top;
#ifdef SOTTO_INSIDE
    cxxrtl::debug_items items;
    std::set<cxxrtl::debug_outline*> outlines;
#endif
#ifdef SOTTO_TRACE
    cxxrtl::vcd_writer writer;
    FILE* wave = nullptr;
#endif

    Engine() {
        top.step();
#ifdef SOTTO_INSIDE
        top.debug_info(&items, nullptr, SOTTO_TOP_NAME " ");
#endif
    }

    void settle() { top.step(); }

    void list(std::vector<Signal>& signals) {
        SOTTO_PORTS
        SOTTO_PROBES
        refreshProbes();
    }

#ifdef SOTTO_INSIDE
    // Debug items separate scopes by spaces, and generated scopes by dots; the host separates all by dots.
    void addProbe(std::vector<Signal>& signals, const std::string& path) {
        for (auto& [itemPath, parts] : items.table) {
            std::string dotted = itemPath;
            std::replace(dotted.begin(), dotted.end(), ' ', '.');
            if (dotted != path || parts.size() != 1) continue;
            const cxxrtl::debug_item& item = parts[0];
            if (item.type == cxxrtl::debug_item::OUTLINE) outlines.insert(item.outline);
            const bool isMemory = item.type == cxxrtl::debug_item::MEMORY;
            signals.push_back({"probe", path, uint32_t(item.width), uint32_t((item.width + 31) / 32 * 4),
                               isMemory ? uint32_t(item.depth) : 1, isMemory ? int32_t(item.zero_at) : 0, item.curr});
        }
    }

    // Signals that optimisation removed are computed when asked for.
    void refreshProbes() {
        for (cxxrtl::debug_outline* const outline : outlines) outline->eval();
    }
#else
    void refreshProbes() {}
#endif

#ifdef SOTTO_TRACE
    void write() {
        std::fwrite(writer.buffer.data(), 1, writer.buffer.size(), wave);
        writer.buffer.clear();
    }
    bool openWave(const char* path) {
        wave = std::fopen(path, "wb");
        if (!wave) return false;
        writer.timescale(1, "ns");
        writer.add_without_memories(items);
        return true;
    }
    void dumpWave(uint64_t time) {
        writer.sample(time);
        if (writer.buffer.size() > 1 << 16) write();
    }
    void closeWave() {
        write();
        std::fclose(wave);
    }
#else
    bool openWave(const char*) { return false; }
    void dumpWave(uint64_t) {}
    void closeWave() {}
#endif

    void finish() {}
};

}  // namespace sotto
