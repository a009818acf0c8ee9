// What every model exports to its host, whatever engine made it: signals by address, clock steps in bulk, and
// ready/valid streams that are served inside the module, so that a cycle costs no call.
//
// An engine header, included before this one, defines
//   struct Engine {
//     // Whether inputs that change with an edge must settle first, for logic on that edge to see what follows from them.
//     static constexpr bool settleBeforeRise, settleBeforeFall;
//     Engine();                               // power-up state, clock low, settled
//     void settle();                          // propagate what changed
//     void list(std::vector<Signal>&);        // ports and probes
//     void refreshProbes();                   // bring probes up to date that the engine computes on demand
//     bool openWave(const char* path); void dumpWave(uint64_t time); void closeWave();
//     void finish();                          // end of simulation
//   };
#pragma once

#define SOTTO_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace sotto {

// A cycle is this many time units (nanoseconds) long; the rising edge lies in its middle.
constexpr uint64_t period = 10;

struct Field {
    uint8_t* signal;
    uint32_t storageBytes;  // 1, 2, 4, 8 or a multiple of 4
    uint32_t limbs;         // 32-bit words of one beat in `buffer`
    uint32_t* buffer;
};

struct Stream {
    enum Kind : uint32_t { source = 0, sink = 1, monitor = 2 };
    uint32_t kind;
    uint8_t* valid;
    uint8_t* ready;  // null: always ready
    uint32_t fieldCount;
    Field* fields;
    uint32_t count;  // beats to move; for a monitor, the capacity of its buffers
    uint32_t position;
    uint32_t* cycles;
    uint32_t stallThreshold;  // a beat is held back when the next random word is below this
    uint32_t random;          // xorshift32 state, never 0
    uint32_t holding;         // a source that raised valid keeps it until the beat is taken
};

struct Counter {
    uint8_t* signal;
    uint32_t width;
    uint64_t* counts;
};

enum RunEnd : uint32_t { complete = 0, outOfCycles = 1, deadlock = 2, finished = 3 };

static Engine* engine = nullptr;
static uint8_t* clockSignal = nullptr;
static uint64_t cycle = 0;
static uint64_t waveTime = 0;
static bool waveIsOpen = false;
static bool finishRequested = false;
static uint32_t cyclesRun = 0;

static inline void dumpAt(uint64_t time) {
    if (waveIsOpen && time > waveTime) {
        engine->dumpWave(time);
        waveTime = time;
    }
}

// Inputs poked while the clock is low show in the wave before the rising edge, not with it.
static inline void showPokes() {
    if (Engine::settleBeforeRise || waveIsOpen) engine->settle();
    dumpAt(cycle * period + 1);
}

static inline void risingEdge() {
    *clockSignal = 1;
    engine->settle();
    dumpAt(cycle * period + period / 2);
}

static inline void fallingEdge() {
    ++cycle;
    *clockSignal = 0;
    engine->settle();
    dumpAt(cycle * period);
}

static inline uint32_t nextRandom(uint32_t& state) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static inline bool stalls(Stream& stream) {
    return stream.stallThreshold != 0 && nextRandom(stream.random) < stream.stallThreshold;
}

static inline void drive(const Field& field, uint32_t beat) {
    const uint32_t* const words = field.buffer + size_t(beat) * field.limbs;
    switch (field.storageBytes) {
    case 1: *field.signal = uint8_t(words[0]); break;
    case 2: *reinterpret_cast<uint16_t*>(field.signal) = uint16_t(words[0]); break;
    case 4: *reinterpret_cast<uint32_t*>(field.signal) = words[0]; break;
    default: std::memcpy(field.signal, words, field.storageBytes);
    }
}

static inline void record(const Field& field, uint32_t beat) {
    uint32_t* const words = field.buffer + size_t(beat) * field.limbs;
    switch (field.storageBytes) {
    case 1: words[0] = *field.signal; break;
    case 2: words[0] = *reinterpret_cast<const uint16_t*>(field.signal); break;
    case 4: words[0] = *reinterpret_cast<const uint32_t*>(field.signal); break;
    default: std::memcpy(words, field.signal, field.storageBytes);
    }
}

static inline void present(Stream& stream) {
    if (stream.kind == Stream::source) {
        if (!stream.holding && stream.position < stream.count && !stalls(stream)) {
            stream.holding = 1;
            for (uint32_t i = 0; i < stream.fieldCount; ++i) drive(stream.fields[i], stream.position);
        }
        *stream.valid = uint8_t(stream.holding);
    } else if (stream.kind == Stream::sink && stream.ready) {
        *stream.ready = stream.position < stream.count && !stalls(stream);
    }
}

static void growMonitor(Stream& stream) {
    stream.count = stream.count * 2 + 1024;
    stream.cycles = static_cast<uint32_t*>(std::realloc(stream.cycles, size_t(stream.count) * 4));
    for (uint32_t i = 0; i < stream.fieldCount; ++i) {
        Field& field = stream.fields[i];
        field.buffer = static_cast<uint32_t*>(std::realloc(field.buffer, size_t(stream.count) * field.limbs * 4));
    }
}

// Returns whether a beat of a source or a sink moved; monitors only watch.
static inline bool sample(Stream& stream) {
    if (!*stream.valid || (stream.ready && !*stream.ready)) return false;
    if (stream.position >= stream.count) {
        if (stream.kind != Stream::monitor) return false;
        growMonitor(stream);
    }
    if (stream.kind == Stream::source) {
        stream.holding = 0;
    } else {
        for (uint32_t i = 0; i < stream.fieldCount; ++i) record(stream.fields[i], stream.position);
    }
    stream.cycles[stream.position++] = cyclesRun;
    return stream.kind != Stream::monitor;
}

static inline void count(const Counter& counter) {
    for (uint32_t base = 0; base < counter.width; base += 8) {
        uint32_t bits = counter.signal[base / 8];
        while (bits) {
            ++counter.counts[base + uint32_t(__builtin_ctz(bits))];
            bits &= bits - 1;
        }
    }
}

static bool unfinished(const Stream* streams, uint32_t streamCount) {
    for (uint32_t i = 0; i < streamCount; ++i) {
        if (streams[i].kind != Stream::monitor && streams[i].position < streams[i].count) return true;
    }
    return false;
}

}  // namespace sotto

SOTTO_EXPORT(sotto_power_up) void sotto_power_up() {
    sotto::engine = new sotto::Engine;
}

// One line a signal: kind, hierarchical name, width, storage bytes of an element, elements, first index, address.
SOTTO_EXPORT(sotto_describe) const char* sotto_describe() {
    static std::string text;
    std::vector<sotto::Signal> signals;
    sotto::engine->list(signals);
    text.clear();
    for (const sotto::Signal& signal : signals) {
        text += signal.kind + '\t' + signal.name + '\t' + std::to_string(signal.width) + '\t'
                + std::to_string(signal.storageBytes) + '\t' + std::to_string(signal.elements) + '\t'
                + std::to_string(signal.firstIndex) + '\t' + std::to_string(reinterpret_cast<uintptr_t>(signal.data))
                + '\n';
    }
    return text.c_str();
}

SOTTO_EXPORT(sotto_allocate) void* sotto_allocate(uint32_t bytes) { return std::calloc(bytes ? bytes : 1, 1); }
SOTTO_EXPORT(sotto_release) void sotto_release(void* memory) { std::free(memory); }
SOTTO_EXPORT(sotto_bind_clock) void sotto_bind_clock(uint8_t* signal) { sotto::clockSignal = signal; }
SOTTO_EXPORT(sotto_refresh_probes) void sotto_refresh_probes() { sotto::engine->refreshProbes(); }
SOTTO_EXPORT(sotto_cycles_run) uint32_t sotto_cycles_run() { return sotto::cyclesRun; }
SOTTO_EXPORT(sotto_cycle) double sotto_cycle() { return double(sotto::cycle); }
SOTTO_EXPORT(sotto_request_finish) void sotto_request_finish() { sotto::finishRequested = true; }

SOTTO_EXPORT(sotto_settle) void sotto_settle() {
    sotto::engine->settle();
    const uint64_t limit = sotto::cycle * sotto::period + sotto::period / 2;
    if (sotto::waveTime + 1 < limit) sotto::dumpAt(sotto::waveTime + 1);
}

// Runs fewer cycles than asked only after $finish.
SOTTO_EXPORT(sotto_step) void sotto_step(uint32_t cycles) {
    sotto::showPokes();
    for (uint32_t done = 0; done < cycles; ++done) {
        if (sotto::finishRequested) return;
        sotto::risingEdge();
        sotto::fallingEdge();
    }
}

SOTTO_EXPORT(sotto_run)
uint32_t sotto_run(sotto::Stream* streams, uint32_t streamCount, sotto::Counter* counters, uint32_t counterCount,
                   uint32_t maxCycles, uint32_t idleLimit, uint32_t usesProbes) {
    using namespace sotto;
    RunEnd end = complete;
    uint32_t idle = 0;
    cyclesRun = 0;
    for (uint32_t i = 0; i < streamCount; ++i) present(streams[i]);
    engine->settle();
    dumpAt(cycle * period + 1);
    while (unfinished(streams, streamCount)) {
        if (finishRequested) { end = finished; break; }
        if (idle >= idleLimit) { end = deadlock; break; }
        if (cyclesRun >= maxCycles) { end = outOfCycles; break; }
        if (usesProbes) engine->refreshProbes();
        bool moved = false;
        for (uint32_t i = 0; i < streamCount; ++i) moved |= sample(streams[i]);
        for (uint32_t i = 0; i < counterCount; ++i) count(counters[i]);
        idle = moved ? 0 : idle + 1;
        ++cyclesRun;
        risingEdge();
        for (uint32_t i = 0; i < streamCount; ++i) present(streams[i]);
        if (Engine::settleBeforeFall) engine->settle();
        fallingEdge();
    }
    return end;
}

SOTTO_EXPORT(sotto_open_wave) bool sotto_open_wave(const char* path) {
    sotto::waveIsOpen = sotto::engine->openWave(path);
    if (sotto::waveIsOpen) {
        sotto::waveTime = sotto::cycle * sotto::period;
        sotto::engine->dumpWave(sotto::waveTime);
    }
    return sotto::waveIsOpen;
}

SOTTO_EXPORT(sotto_close_wave) void sotto_close_wave() {
    if (sotto::waveIsOpen) sotto::engine->closeWave();
    sotto::waveIsOpen = false;
}

SOTTO_EXPORT(sotto_finish) void sotto_finish() {
    sotto_close_wave();
    sotto::engine->finish();
}
