// What verilated.cpp leaves to its user, and the parts of its runtime that a WebAssembly module without threads lacks.
// Compiled once for a Verilator version, beside verilated.cpp.

#include "verilated.h"
#include "verilated_threads.h"

#include "signal.h"

// A model built with one thread asks for the pool's type, never for its work.
// SOTTO_THREAD_POOL_ARGUMENTS are those of the constructor in this version's verilated_threads.h.
VlThreadPool::VlThreadPool(SOTTO_THREAD_POOL_ARGUMENTS) {}
VlThreadPool::~VlThreadPool() {}

// The module is never unloaded, so destructors of thread-local variables never run.
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }

static void report(uint32_t kind, const char* file, int line, const char* message) {
    std::string text;
    if (file && file[0]) text = std::string{file} + ':' + std::to_string(line) + ": ";
    sotto_report(kind, (text + message).c_str());
}

void vl_finish(const char* file, int line, const char*) {
    Verilated::threadContextp()->gotFinish(true);
    report(0, file, line, "$finish");
}

void vl_stop(const char* file, int line, const char*) { report(1, file, line, "$stop or a failed assertion"); }

void vl_fatal(const char* file, int line, const char*, const char* message) { report(1, file, line, message); }

void vl_warn(const char* file, int line, const char*, const char* message) { report(2, file, line, message); }
