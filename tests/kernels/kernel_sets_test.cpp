#include "kernels/cpu/kernel_sets.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <string>

namespace assay {
namespace {

// One and two lines, the unrolled widths with and without a rest, odd multiples, several pages.
constexpr std::size_t counts[] = {8, 16, 24, 32, 40, 56, 64, 72, 8 * 31, 1024, 8 * 1025, 8 * 4099};
constexpr double guard = -12345.0;

struct Free {
  void operator()(double* memory) const { std::free(memory); }
};

/// Owns `n` doubles, 64-byte aligned, with one guard line before and after; values are small
/// integers, so that every sum and product is exact in any order and fused or not.
class Array {
 public:
  Array(std::size_t n, unsigned salt)
      : n_(n), memory_(static_cast<double*>(std::aligned_alloc(64, (n + 16) * sizeof(double)))) {
    for (std::size_t i = 0; i < n + 16; ++i) memory_.get()[i] = guard;
    for (std::size_t i = 0; i < n; ++i) data()[i] = static_cast<double>((i * 7919 + salt) % 1009);
  }

  double* data() { return memory_.get() + 8; }
  bool guards_intact() {
    for (std::size_t i = 0; i < 8; ++i) {
      if (memory_.get()[i] != guard || data()[n_ + i] != guard) return false;
    }
    return true;
  }
  bool equals(Array& other) {
    for (std::size_t i = 0; i < n_; ++i) {
      if (data()[i] != other.data()[i]) return false;
    }
    return true;
  }

 private:
  std::size_t n_;
  std::unique_ptr<double, Free> memory_;
};

const CpuKernelSet& generic_set() { return cpu_kernel_sets().back(); }

/// Calls check(set) for every set this CPU has, and says which ones it has not.
template <typename Check>
void for_each_supported_set(Check check) {
  for (const CpuKernelSet& set : cpu_kernel_sets()) {
    if (!set.supported()) {
      std::printf("not checked: %s is not supported by this CPU\n", std::string(set.name).c_str());
      continue;
    }
    for (const std::size_t n : counts) {
      SCOPED_TRACE(std::string(set.name) + ", n = " + std::to_string(n));
      check(set, n);
    }
  }
}

TEST(KernelSets, GenericMatchesTheDefinitions) {
  Array a(24, 1), b(24, 2), c(24, 3), expected(24, 1);
  double sum = 0;
  for (std::size_t i = 0; i < 24; ++i) sum += a.data()[i];
  EXPECT_EQ(generic_set().read(a.data(), 24), sum);

  for (std::size_t i = 0; i < 24; ++i) expected.data()[i] = b.data()[i] + 3.0 * c.data()[i];
  generic_set().triad(a.data(), b.data(), c.data(), 3.0, 24);
  EXPECT_TRUE(a.equals(expected));

  generic_set().copy(a.data(), c.data(), 24);
  EXPECT_TRUE(a.equals(c));

  for (std::size_t i = 0; i < 24; ++i) expected.data()[i] = 5.5;
  generic_set().fill(a.data(), 5.5, 24);
  EXPECT_TRUE(a.equals(expected));

  for (std::size_t i = 0; i < 24; ++i) expected.data()[i] = 5.5 + static_cast<double>(i % 8);
  generic_set().write(a.data(), 5.5, 24);
  EXPECT_TRUE(a.equals(expected));

  for (std::size_t i = 0; i < 24; ++i) expected.data()[i] = 3.0 * b.data()[i];
  generic_set().scale(a.data(), b.data(), 3.0, 24);
  EXPECT_TRUE(a.equals(expected));

  for (std::size_t i = 0; i < 24; ++i) expected.data()[i] = b.data()[i] + c.data()[i];
  generic_set().add(a.data(), b.data(), c.data(), 24);
  EXPECT_TRUE(a.equals(expected));

  sum = 0;
  for (std::size_t i = 0; i < 24; ++i) sum += b.data()[i] * c.data()[i];
  EXPECT_EQ(generic_set().dot(b.data(), c.data(), 24), sum);
}

TEST(KernelSets, ReadSumsEveryElement) {
  for_each_supported_set([](const CpuKernelSet& set, std::size_t n) {
    if (set.read == nullptr) return;
    Array a(n, 5);
    const double sum = generic_set().read(a.data(), n);
    EXPECT_EQ(set.read(a.data(), n), sum);
    // Each element counts: the first, the last and one in the middle.
    for (const std::size_t i : {std::size_t{0}, n / 2, n - 1}) {
      a.data()[i] += 1024;
      EXPECT_EQ(set.read(a.data(), n), sum + 1024);
      a.data()[i] -= 1024;
    }
    EXPECT_EQ(set.read(a.data(), 0), 0);
  });
}

TEST(KernelSets, DotMultipliesEveryPair) {
  for_each_supported_set([](const CpuKernelSet& set, std::size_t n) {
    if (set.dot == nullptr) return;
    Array b(n, 5), c(n, 6);
    const double sum = generic_set().dot(b.data(), c.data(), n);
    EXPECT_EQ(set.dot(b.data(), c.data(), n), sum);
    for (const std::size_t i : {std::size_t{0}, n / 2, n - 1}) {
      b.data()[i] += 1;
      EXPECT_EQ(set.dot(b.data(), c.data(), n), sum + c.data()[i]);
      b.data()[i] -= 1;
    }
    EXPECT_EQ(set.dot(b.data(), c.data(), 0), 0);
  });
}

/// Calls `kernel(set, to, b, c, n)` for each set, if `available(set)`, and for the reference:
/// the same must come out, nothing beside it, and the sources stay.
template <typename Available, typename Kernel>
void expect_same_as_generic(Available available, Kernel kernel) {
  for_each_supported_set([&](const CpuKernelSet& set, std::size_t n) {
    if (!available(set)) return;
    Array b(n, 3), c(n, 4), untouched_b(n, 3), untouched_c(n, 4), actual(n, 1), expected(n, 2);
    kernel(generic_set(), expected.data(), b.data(), c.data(), n);
    kernel(set, actual.data(), b.data(), c.data(), n);
    EXPECT_TRUE(actual.equals(expected));
    EXPECT_TRUE(actual.guards_intact());
    EXPECT_TRUE(b.equals(untouched_b));
    EXPECT_TRUE(c.equals(untouched_c));
  });
}

using Set = const CpuKernelSet&;

TEST(KernelSets, WriteMatchesGenericAndStaysInside) {
  expect_same_as_generic(
      [](Set set) { return set.write != nullptr; },
      [](Set set, double* to, double*, double*, std::size_t n) { set.write(to, 0.5, n); });
}

TEST(KernelSets, FillMatchesGenericAndStaysInside) {
  expect_same_as_generic(
      [](Set set) { return set.fill != nullptr; },
      [](Set set, double* to, double*, double*, std::size_t n) { set.fill(to, 0.1, n); });
}

TEST(KernelSets, CopyMatchesGenericAndStaysInside) {
  expect_same_as_generic(
      [](Set set) { return set.copy != nullptr; },
      [](Set set, double* to, double* b, double*, std::size_t n) { set.copy(to, b, n); });
}

TEST(KernelSets, ScaleMatchesGenericAndStaysInside) {
  expect_same_as_generic(
      [](Set set) { return set.scale != nullptr; },
      [](Set set, double* to, double* b, double*, std::size_t n) { set.scale(to, b, 3.0, n); });
}

TEST(KernelSets, AddMatchesGenericAndStaysInside) {
  expect_same_as_generic(
      [](Set set) { return set.add != nullptr; },
      [](Set set, double* to, double* b, double* c, std::size_t n) { set.add(to, b, c, n); });
}

TEST(KernelSets, TriadMatchesGenericAndStaysInside) {
  expect_same_as_generic([](Set set) { return set.triad != nullptr; },
                         [](Set set, double* to, double* b, double* c, std::size_t n) {
                           set.triad(to, b, c, 3.0, n);
                         });
}

TEST(KernelSets, NamesAreUniqueAndGenericIsTheLastResort) {
  std::set<std::string_view> names;
  for (const CpuKernelSet& set : cpu_kernel_sets()) names.insert(set.name);
  EXPECT_EQ(names.size(), cpu_kernel_sets().size());
  EXPECT_EQ(generic_set().name, "generic");
  EXPECT_TRUE(generic_set().supported());
}

TEST(KernelSets, SelectTakesTheFirstSupportedUnlessNamed) {
  const CpuKernelSet* first = nullptr;
  for (const CpuKernelSet& set : cpu_kernel_sets()) {
    if (first == nullptr && set.supported()) first = &set;
    EXPECT_EQ(select_kernel_set(set.name), set.supported() ? &set : nullptr) << set.name;
  }
  EXPECT_EQ(select_kernel_set(), first);
  EXPECT_EQ(select_kernel_set("sse9"), nullptr);
}

}  // namespace
}  // namespace assay
