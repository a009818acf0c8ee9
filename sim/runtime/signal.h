// A port or a probe of a model, as the host sees it: little-endian bytes at an address.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace sotto {

struct Signal {
    std::string kind;  // "input", "output" or "probe"
    std::string name;
    uint32_t width;
    uint32_t storageBytes;  // of one element
    uint32_t elements;      // 1 for a plain signal, the depth of a memory
    int32_t firstIndex;     // index of the element at the address
    void* data;
};

}  // namespace sotto

// What a model reports to its host. Kind 0: $finish; 1: $stop, a failed assertion or a fatal error, after which the
// host does not return; 2: a warning.
extern "C" __attribute__((import_module("sotto"), import_name("report"))) void sotto_report(uint32_t kind,
                                                                                          const char* message);
