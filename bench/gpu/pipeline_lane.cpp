#include "bench/gpu/pipeline_lane.hpp"

#include <fmt/format.h>

#include <system_error>

#include "bench/measure/random.hpp"
#include "bench/storage/aligned_memory.hpp"

namespace assay {
namespace {

/// How long to sleep for the drive when no copy is under way; short enough to see a stop.
constexpr std::uint64_t drive_wait_ns = 10'000'000;

}  // namespace

PipelineLane::PipelineLane(const LaneSpec& spec, const OpenCopier& open)
    : spec_(spec),
      ring_({spec.file->get(), spec.buffers, spec.block_bytes, spec.seed}),
      copier_(open(static_cast<int>(spec.gpu), ring_.buffer(0), spec.block_bytes, spec.buffers)),
      last_turns_(spec.buffers) {}

void PipelineLane::begin(std::uint32_t buffer) {
  if (ending_ || !failure_.empty()) return;
  last_turns_[buffer] = turns_++;
  ++in_flight_;
  if (spec_.is_read()) {
    at_drive(buffer);
  } else {
    to_copy(buffer);
  }
}

void PipelineLane::at_drive(std::uint32_t buffer) {
  const std::uint64_t turn = last_turns_[buffer];
  // Blocks that are all alike could be stored once: each 4 KiB gets a number of its own.
  if (!spec_.is_read()) stamp_unique(ring_.buffer(buffer), spec_.block_bytes, spec_.seed + turn);
  ring_.prepare(spec_.is_read() ? IoKind::read : IoKind::write, buffer, spec_.offset_of(turn));
  ++driving_;
}

void PipelineLane::to_copy(std::uint32_t buffer) {
  copier_->start(buffer, spec_.is_read() ? CopyDirection::to_device : CopyDirection::to_host);
  copying_.push_back(buffer);
}

void PipelineLane::finish(std::uint32_t buffer, std::atomic<std::uint64_t>& bytes) {
  bytes.fetch_add(spec_.block_bytes, std::memory_order_relaxed);
  --in_flight_;
  begin(buffer);
}

void PipelineLane::judge(std::uint32_t buffer, std::int32_t result) {
  if (result == static_cast<std::int32_t>(spec_.block_bytes) || !failure_.empty()) return;
  const std::string what = what_was_moved(spec_, last_turns_[buffer]);
  failure_ = result < 0
                 ? fmt::format("{} failed: {}", what, std::generic_category().message(-result))
                 : fmt::format("{} moved {} bytes only", what, result);
}

bool PipelineLane::reap_copies(std::atomic<std::uint64_t>& bytes) {
  bool moved = false;
  while (!copying_.empty() && copier_->is_done(copying_.front())) {
    const std::uint32_t buffer = copying_.front();
    copying_.pop_front();
    moved = true;
    if (spec_.is_read()) {
      finish(buffer, bytes);
    } else if (failure_.empty()) {
      at_drive(buffer);
    } else {
      --in_flight_;
    }
  }
  return moved;
}

bool PipelineLane::reap_drive(std::atomic<std::uint64_t>& bytes) {
  const std::uint32_t count =
      ring_.reap(spec_.buffers, [&](std::uint32_t buffer, std::int32_t result) {
        --driving_;
        judge(buffer, result);
        if (!failure_.empty()) {
          --in_flight_;
        } else if (spec_.is_read()) {
          to_copy(buffer);
        } else {
          finish(buffer, bytes);
        }
      });
  return count > 0;
}

std::string PipelineLane::run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes) {
  for (std::uint32_t buffer = 0; buffer < spec_.buffers; ++buffer) begin(buffer);
  while (in_flight_ > 0) {
    ending_ = stop.load(std::memory_order_relaxed);
    const bool moved = reap_copies(bytes);
    // While a copy is under way its end is looked for without pause, else the drive is waited for.
    if (driving_ > 0) ring_.submit_and_wait_for(moved || !copying_.empty() ? 0 : drive_wait_ns);
    reap_drive(bytes);
  }
  return failure_;
}

std::string PipelineLane::check() {
  const auto fetch = [this](std::uint32_t buffer, std::byte* to) {
    copier_->fetch(buffer, to);
    // What is stored was numbered on the host.
    if (!spec_.is_read()) {
      stamp_unique(to, spec_.block_bytes, spec_.seed + last_turns_[buffer]);
    }
  };
  return check_last_blocks(spec_, last_turns_, turns_, fetch, checked_);
}

std::vector<NamedText> PipelineLane::method() const {
  std::vector<NamedText> method = ring_.method();
  method.emplace_back("path",
                      "host memory: O_DIRECT and page-locked buffers, "
                      "cudaMemcpyAsync");
  return method;
}

}  // namespace assay
