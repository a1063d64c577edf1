#include "kernels/cpu/avx2.hpp"

#include <immintrin.h>

#include "kernels/cpu/x86_kernels.hpp"

// Compiled with -mavx2 -mfma, so nothing here may be called before the CPU was asked, and no inline
// function of the standard library may be emitted here for others to link against.
namespace assay::avx2 {

namespace {

struct Vector {
  using Register = __m256d;
  static constexpr std::size_t width = 4;

  static Register set(double value) { return _mm256_set1_pd(value); }
  static Register load(const double* from) { return _mm256_load_pd(from); }
  static void store(double* to, Register value) { _mm256_store_pd(to, value); }
  static void stream(double* to, Register value) { _mm256_stream_pd(to, value); }
  static Register add(Register a, Register b) { return _mm256_add_pd(a, b); }
  static Register multiply(Register a, Register b) { return _mm256_mul_pd(a, b); }
  static Register multiply_add(Register a, Register b, Register c) {
    return _mm256_fmadd_pd(a, b, c);
  }
  static void fence() { _mm_sfence(); }
};

using Kernels = X86Kernels<Vector>;

}  // namespace

constinit const CpuKernels kernels = Kernels::table<Kernels::Store::plain>();
constinit const CpuKernels kernels_nt = Kernels::table<Kernels::Store::non_temporal>();

}  // namespace assay::avx2
