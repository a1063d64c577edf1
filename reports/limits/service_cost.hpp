#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay {

/// The rate at one block size, of a target that is saturated.
struct SizedRate {
  double block_size_bytes = 0;
  double ios_per_s = 0;
};

/// What serving one I/O takes at saturation: per_io_ns + per_byte_ns × its size.
struct ServiceCost {
  double per_io_ns = 0;
  double per_byte_ns = 0;
  double size_min_bytes = 0;  // it holds from here
  double size_max_bytes = 0;  // to here
  double error = 0;           // largest relative deviation from the time per I/O, 1 / rate
  double error_of_caps = 0;   // that of the best two limits, of I/Os and of bytes a second
};

/// Tells something that works on one I/O after the other, a while on each and a while on each byte
/// (a hypervisor's disk thread, a controller's processor), from limits of I/Os and of bytes a
/// second: those keep the rate of I/Os up to some size and the rate of bytes from there on, the
/// time per I/O being the larger of two terms and not their sum. `sizes` ascend, one each.
/// Least squares of the relative deviation over the widest range of sizes from the smallest on, of
/// at least three sizes and a factor of 8, in which the sum is within 5 % everywhere and any two
/// limits are off by more than 10 %. Empty where there is none.
std::optional<ServiceCost> fit_service_cost(std::span<const SizedRate> sizes);

/// "from 4k to 64k blocks at queue depth 32 an I/O takes 9.40 us and 300 ns more for each KiB, ..."
std::string service_cost_text(const ServiceCost& cost, std::uint32_t queue_depth);

}  // namespace assay
