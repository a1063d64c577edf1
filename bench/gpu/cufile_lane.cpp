#include "bench/gpu/cufile_lane.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>
#include <utility>

#include "bench/measure/random.hpp"
#include "bench/storage/aligned_memory.hpp"

namespace assay {

CuFileLane::CuFileLane(const LaneSpec& spec, std::shared_ptr<const CuFileDriver> driver,
                       const OpenBlocks& open)
    : spec_(spec),
      driver_(std::move(driver)),
      blocks_(open(static_cast<int>(spec.gpu), spec.block_bytes, spec.buffers)),
      buffers_(spec.buffers) {
  try {
    set_up();
  } catch (...) {
    tear_down();
    throw;
  }
}

CuFileLane::~CuFileLane() { tear_down(); }

void CuFileLane::set_up() {
  blocks_->attach();
  const AlignedMemory scratch(spec_.block_bytes);
  for (std::uint32_t i = 0; i < spec_.buffers; ++i) {
    // Of a read, unlike what comes; of a write, what goes.
    fill_incompressible(scratch.bytes(), spec_.seed + i);
    blocks_->fill(i, scratch.bytes().data());
  }
  driver_->register_memory(blocks_->data(), blocks_->size_bytes());
  memory_registered_ = true;
  handle_ = driver_->register_file(spec_.file->get());
  const CuFileDriver::Moved first = move(0, 0, scratch.bytes().data());
  if (!first.error.empty()) throw CuFileFailure(first.error, first.is_absence);
}

void CuFileLane::tear_down() noexcept {
  try {
    blocks_->attach();
  } catch (const std::exception&) {
    return;  // of a GPU that does not answer nothing can be taken back
  }
  if (memory_registered_) driver_->deregister_memory(blocks_->data());
  if (handle_ != nullptr) driver_->deregister_file(handle_);
}

/// One block, by one call, whose error names it; less than a block is an error too.
CuFileDriver::Moved CuFileLane::move(std::uint32_t buffer, std::uint64_t turn, std::byte* scratch) {
  if (spec_.operation != Operation::read) {
    // Blocks that are all alike could be stored once: each 4 KiB gets a number of its own.
    stamp_unique(scratch, spec_.block_bytes, spec_.seed + turn);
    blocks_->stamp(buffer, scratch);
  }
  const std::uint64_t at = std::uint64_t{buffer} * spec_.block_bytes;
  CuFileDriver::Moved moved = driver_->move(
      spec_.operation, {handle_, blocks_->data(), spec_.block_bytes, spec_.offset_of(turn), at});
  if (!moved.error.empty()) {
    moved.error = fmt::format("{} by cuFile failed: {}", what_was_moved(spec_, turn), moved.error);
  } else if (moved.bytes != spec_.block_bytes) {
    moved.error =
        fmt::format("{} by cuFile moved {} bytes only", what_was_moved(spec_, turn), moved.bytes);
  }
  return moved;
}

std::string CuFileLane::serve(std::uint32_t buffer, const std::atomic<bool>& stop,
                              std::atomic<std::uint64_t>& bytes) {
  try {
    blocks_->attach();
    const AlignedMemory scratch(spec_.block_bytes);
    do {
      const std::uint64_t turn = turns_.fetch_add(1, std::memory_order_relaxed);
      buffers_[buffer] = {turn, false};
      CuFileDriver::Moved moved = move(buffer, turn, scratch.bytes().data());
      if (!moved.error.empty()) {
        failed_ = true;
        return std::move(moved.error);
      }
      buffers_[buffer].used = true;
      calls_.fetch_add(1, std::memory_order_relaxed);
      bytes.fetch_add(spec_.block_bytes, std::memory_order_relaxed);
    } while (!stop.load(std::memory_order_relaxed) && !failed_.load(std::memory_order_relaxed));
    return "";
  } catch (const std::exception& error) {
    failed_ = true;
    return error.what();
  }
}

std::string CuFileLane::run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes) {
  std::vector<std::string> failures(spec_.buffers);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < spec_.buffers; ++i) {
      threads.emplace_back([&, i] { failures[i] = serve(i, stop, bytes); });
    }
  }
  for (const std::string& failure : failures) {
    if (!failure.empty()) return failure;
  }
  return "";
}

std::string CuFileLane::check() {
  if (!spec_.can_be_compared()) return "";
  blocks_->attach();
  const AlignedMemory at_gpu(spec_.block_bytes);
  for (std::uint32_t i = 0; i < spec_.buffers; ++i) {
    const Buffer& buffer = buffers_[i];
    // A thread that waited long may have written what another wrote over since.
    const bool written_over =
        spec_.operation != Operation::read && buffer.turn + spec_.places() < turns_;
    if (!buffer.used || written_over) continue;
    blocks_->fetch(i, at_gpu.bytes().data());
    ++checked_;
    std::string difference = compare_with_stored(spec_, buffer.turn, at_gpu.bytes());
    if (!difference.empty()) return difference;
  }
  return "";
}

std::vector<NamedText> CuFileLane::method() const {
  return {
      {"engine", "cuFile " + driver_->version()},
      {"threads", fmt::format("{} for each drive, each with a buffer of its own and one call in "
                              "flight",
                              spec_.buffers)}};
}

}  // namespace assay
