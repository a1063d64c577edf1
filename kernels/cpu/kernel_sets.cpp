#include "kernels/cpu/kernel_sets.hpp"

#include <array>

#include "kernels/cpu/avx2.hpp"
#include "kernels/cpu/avx512.hpp"
#include "kernels/cpu/generic.hpp"
#include "kernels/cpu/neon.hpp"

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

// Non-temporal sets first: without reads for ownership they are the faster ones for data that no
// cache holds.
constexpr std::array kernel_sets = {
#if defined(__x86_64__)
    CpuKernelSet{"avx512-nt", has_avx512, avx512::read, avx512::write_nt, avx512::copy_nt,
                 avx512::triad_nt},
    CpuKernelSet{"avx2-nt", has_avx2, avx2::read, avx2::write_nt, avx2::copy_nt, avx2::triad_nt},
    CpuKernelSet{"avx512", has_avx512, avx512::read, avx512::write, avx512::copy, avx512::triad},
    CpuKernelSet{"avx2", has_avx2, avx2::read, avx2::write, avx2::copy, avx2::triad},
#elif defined(__aarch64__)
    // NEON is part of the base architecture.
    CpuKernelSet{"neon-nt", always, neon::read, neon::write_nt, neon::copy_nt, neon::triad_nt},
    CpuKernelSet{"neon", always, neon::read, neon::write, neon::copy, neon::triad},
#endif
    CpuKernelSet{"generic", always, generic::read, generic::write, generic::copy, generic::triad},
};

}  // namespace

std::span<const CpuKernelSet> cpu_kernel_sets() { return kernel_sets; }

const CpuKernelSet* select_kernel_set(std::string_view name) {
  for (const CpuKernelSet& set : kernel_sets) {
    if ((name.empty() || set.name == name) && set.supported()) return &set;
  }
  return nullptr;
}

}  // namespace assay
