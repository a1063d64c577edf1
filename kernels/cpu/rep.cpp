#include "kernels/cpu/rep.hpp"

#include <cstdint>
#include <cstring>

namespace assay::rep {

namespace {

void copy(double* to, const double* from, std::size_t n) {
  std::size_t bytes = n * sizeof(double);
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

void fill(double* to, double value, std::size_t n) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  asm volatile("rep stosq" : "+D"(to), "+c"(n) : "a"(bits) : "memory");
}

}  // namespace

constinit const CpuKernels kernels{.read = nullptr,
                                   .dot = nullptr,
                                   .write = nullptr,
                                   .fill = fill,
                                   .copy = copy,
                                   .scale = nullptr,
                                   .add = nullptr,
                                   .triad = nullptr};

}  // namespace assay::rep
