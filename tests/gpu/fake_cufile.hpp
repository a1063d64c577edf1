#pragma once

#include <dlfcn.h>

#include <atomic>
#include <memory>
#include <stdexcept>

namespace assay {

/// What a test wants of the libraries that stand in for libcufile.so.0 (fake_cufile.cpp), and what
/// they saw. Plain, so that both sides agree on it.
struct FakeCuFileState {
  // Which ways are there; the first that is and that is allowed is taken, as of NVIDIA's.
  bool p2pdma = false;
  bool nvidia_fs = false;
  bool compat = false;
  bool sometimes_compat = false;  // every second call, whatever the file was registered for
  bool counts = true;
  bool takes_parameters = true;
  // CUfileOpErrors that the functions give.
  int open_error = 0;
  int open_cuda_error = 0;
  int file_error = 8;  // of 5000, for a file with no way that is allowed
  int memory_error = 0;
  // From this call on, counted from 1, an I/O gives `result`, with errno, or spoils its data.
  long long wrong_from = 1LL << 60;
  long long result = -1;
  int error = 5;
  bool spoils = false;
  std::atomic<long long> hangs_from{1LL << 60};  // this call and those after it do not end
  // What was seen.
  std::atomic<long long> calls{0};
  std::atomic<int> running{0};
  std::atomic<int> running_max{0};
  std::atomic<int> opened{0};
  std::atomic<int> closed{0};
  std::atomic<int> files{0};  // registered and not taken back
  std::atomic<int> memories{0};
};

/// That state of one library, as it is.
inline FakeCuFileState& fake_cufile_now(const char* library) {
  void* const handle = dlopen(library, RTLD_NOW);
  if (handle == nullptr) throw std::runtime_error(dlerror());
  auto* const state = static_cast<FakeCuFileState*>(dlsym(handle, "fake_cufile_state"));
  if (state == nullptr) throw std::runtime_error(dlerror());
  return *state;
}

/// As it is before any test.
inline FakeCuFileState& fake_cufile(const char* library) {
  FakeCuFileState& state = fake_cufile_now(library);
  std::destroy_at(&state);
  return *std::construct_at(&state);
}

/// For a case that is measured again: the test counts what the last one did.
inline void forget_what_was_seen(FakeCuFileState& state) {
  state.calls = 0;
  state.running_max = 0;
  state.opened = 0;
  state.closed = 0;
}

}  // namespace assay
