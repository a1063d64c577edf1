#pragma once

#include <dlfcn.h>

#include <stdexcept>

namespace assay {

/// The counters of the library that stands in for NVML (fake_nvml.cpp), for tests to set.
struct FakeNvml {
  FakeNvml() {
    void* const library = dlopen(ASSAY_FAKE_NVML, RTLD_NOW);
    if (library == nullptr) throw std::runtime_error(dlerror());
    corrected = static_cast<unsigned long long*>(dlsym(library, "fake_nvml_corrected"));
    throttle = static_cast<unsigned long long*>(dlsym(library, "fake_nvml_throttle"));
    lost = static_cast<int*>(dlsym(library, "fake_nvml_lost"));
  }
  unsigned long long* corrected = nullptr;
  unsigned long long* throttle = nullptr;
  int* lost = nullptr;  // not 0: every function about a device gives this error
};

}  // namespace assay
