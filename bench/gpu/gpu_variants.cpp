#include "bench/gpu/gpu_variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "reports/model/units.hpp"

namespace assay {
namespace {

constexpr std::array<std::uint32_t, 4> unrolls{1, 2, 4, 8};
constexpr std::array schedules{GpuSchedule::grid_stride, GpuSchedule::one_shot};
constexpr std::size_t finalists = 3;
constexpr std::uint32_t staged_accesses_max = 4;
constexpr double launches_max = 10'000;

struct Candidate {
  GpuVariant variant;
  std::vector<double> bytes_per_s;

  double median() const { return spread_of(bytes_per_s).median; }
};

std::uint32_t arrays_read(GpuKernel kernel) {
  switch (kernel) {
    case GpuKernel::write:
      return 0;
    case GpuKernel::add:
    case GpuKernel::triad:
    case GpuKernel::dot:
      return 2;
    default:
      return 1;
  }
}

/// 90 for "9.0"; 0 for what is no version.
std::uint32_t architecture(const std::string& compute_capability) {
  const std::size_t dot = compute_capability.find('.');
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  if (dot == std::string::npos) return 0;
  const char* const text = compute_capability.data();
  std::from_chars(text, text + dot, major);
  std::from_chars(text + dot + 1, text + compute_capability.size(), minor);
  return 10 * major + minor;
}

void add_staged(GpuKernel kernel, GpuStaging staging, std::vector<GpuVariant>& variants) {
  const std::uint32_t arrays = arrays_read(kernel);
  for (const std::uint32_t unroll : unrolls) {
    if (arrays == 0 || arrays * unroll > staged_accesses_max) continue;
    // Not one-shot: with one tile for each block nothing would be in flight beside it.
    variants.push_back({16, unroll, GpuSchedule::grid_stride, staging});
  }
}

/// Measures the selected variant once; returns false when its result is wrong.
bool sample(GpuMemoryDevice& device, Candidate& candidate, double launch_bytes, double sample_s,
            GpuSearch& found) {
  device.select(candidate.variant);
  const double first_s = device.run_s(1);  // loads the kernel
  const double launch_s = std::min(first_s, device.run_s(1));
  const double wanted = launch_s > 0 ? std::ceil(sample_s / launch_s) : launches_max;
  const auto launches = static_cast<std::uint32_t>(std::clamp(wanted, 1.0, launches_max));
  const double elapsed_s = device.run_s(launches);
  const std::uint64_t wrong = device.count_mismatches();
  if (wrong > 0) {
    found.wrong_data =
        fmt::format("wrong data: {} elements or sums differ from what they must be with variant {}",
                    wrong, variant_text(candidate.variant));
    return false;
  }
  if (elapsed_s > 0) candidate.bytes_per_s.push_back(launch_bytes * launches / elapsed_s);
  return true;
}

bool is_faster(const Candidate& a, const Candidate& b) { return a.median() > b.median(); }

}  // namespace

std::vector<GpuVariant> gpu_variants(GpuKernel kernel, GpuElement element,
                                     const std::string& compute_capability) {
  std::vector<GpuVariant> variants;
  if (kernel == GpuKernel::chase || is_transfer(kernel)) return variants;
  for (const std::uint32_t width : {16U, 8U, 4U}) {
    const bool whole = kernel == GpuKernel::gather ? width == element_bytes(element)
                                                   : width >= element_bytes(element);
    if (!whole) continue;
    for (const std::uint32_t unroll : unrolls) {
      for (const GpuSchedule schedule : schedules) variants.push_back({width, unroll, schedule});
    }
  }
  if (kernel == GpuKernel::gather) return variants;
  const std::uint32_t found = architecture(compute_capability);
  if (found >= 80) add_staged(kernel, GpuStaging::async_copy, variants);
  if (found >= 90) add_staged(kernel, GpuStaging::bulk_copy, variants);
  return variants;
}

std::string variant_text(const GpuVariant& variant) {
  const char* staging = "";
  if (variant.staging == GpuStaging::async_copy) staging = "cp.async ";
  if (variant.staging == GpuStaging::bulk_copy) staging = "cp.async.bulk ";
  return fmt::format("{}{} B x {}, {}", staging, variant.width_bytes, variant.unroll,
                     variant.schedule == GpuSchedule::one_shot ? "one-shot" : "grid-stride");
}

GpuSearch search_variants(GpuMemoryDevice& device, const std::vector<GpuVariant>& variants,
                          double launch_bytes, double sample_s, const RunControl& control) {
  GpuSearch found;
  std::vector<Candidate> candidates;
  for (const GpuVariant& variant : variants) {
    if (control.stop_requested()) return found;
    Candidate candidate{variant, {}};
    if (!sample(device, candidate, launch_bytes, sample_s, found)) return found;
    if (!candidate.bytes_per_s.empty()) candidates.push_back(std::move(candidate));
  }
  std::stable_sort(candidates.begin(), candidates.end(), is_faster);
  for (int repeat = 0; repeat < 2; ++repeat) {
    for (std::size_t i = 0; i < std::min(finalists, candidates.size()); ++i) {
      if (control.stop_requested()) return found;
      if (!sample(device, candidates[i], launch_bytes, sample_s, found)) return found;
    }
  }
  // The others had one sample, which may be a lucky one.
  std::stable_sort(
      candidates.begin(),
      candidates.begin() + static_cast<std::ptrdiff_t>(std::min(finalists, candidates.size())),
      is_faster);
  for (const Candidate& one : candidates) {
    if (!found.log.empty()) found.log += "; ";
    found.log += fmt::format("{}: {:.0f} GB/s", variant_text(one.variant), one.median() / 1e9);
  }
  if (!candidates.empty()) {
    found.winner = candidates.front().variant;
    device.select(found.winner);
  }
  return found;
}

}  // namespace assay
