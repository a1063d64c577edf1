#include "kernels/cpu/kernel_sets.hpp"

#include <array>

#include "kernels/cpu/avx2.hpp"
#include "kernels/cpu/avx512.hpp"
#include "kernels/cpu/generic.hpp"
#include "kernels/cpu/neon.hpp"
#include "kernels/cpu/rep.hpp"

namespace assay {

namespace {

// These are compiled without the flags of the instruction sets they ask for. On x86,
// __builtin_cpu_supports also asks XGETBV whether the system saves the wider registers.
bool always() { return true; }

#if defined(__x86_64__)
bool has_avx2() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
}
bool has_avx512() { return __builtin_cpu_supports("avx512f") != 0; }
#endif

}  // namespace

std::span<const CpuKernelSet> cpu_kernel_sets() {
  // Non-temporal sets first: without reads for ownership they are the faster ones for data that no
  // cache holds.
  static const std::array all = {
#if defined(__x86_64__)
    CpuKernelSet{avx512::kernels_nt, "avx512-nt", has_avx512},
    CpuKernelSet{avx2::kernels_nt, "avx2-nt", has_avx2},
    CpuKernelSet{avx512::kernels, "avx512", has_avx512},
    CpuKernelSet{avx2::kernels, "avx2", has_avx2},
    CpuKernelSet{rep::kernels, "rep", always},
#elif defined(__aarch64__)
    // NEON is part of the base architecture.
    CpuKernelSet{neon::kernels_nt, "neon-nt", always},
    CpuKernelSet{neon::kernels, "neon", always},
#endif
    CpuKernelSet{generic::kernels, "generic", always},
  };
  return all;
}

const CpuKernelSet* select_kernel_set(std::string_view name) {
  for (const CpuKernelSet& set : cpu_kernel_sets()) {
    if ((name.empty() || set.name == name) && set.supported()) return &set;
  }
  return nullptr;
}

}  // namespace assay
