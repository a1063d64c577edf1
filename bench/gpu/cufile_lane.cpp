#include "bench/gpu/cufile_lane.hpp"

#include <fmt/format.h>

#include <exception>
#include <thread>
#include <utility>

#include "bench/measure/random.hpp"
#include "bench/storage/aligned_memory.hpp"

namespace assay {

CuFileLane::CuFileLane(const LaneSpec& spec, const CuFileDriver& driver, const OpenBlocks& open)
    : spec_(spec),
      driver_(driver),
      blocks_(open(static_cast<int>(spec.gpu), spec.block_bytes, spec.buffers)),
      last_turns_(spec.buffers) {
  try {
    set_up();
  } catch (...) {
    tear_down();
    throw;
  }
}

CuFileLane::~CuFileLane() { tear_down(); }

void CuFileLane::set_up() {
  const AlignedMemory scratch(spec_.block_bytes);
  for (std::uint32_t i = 0; i < spec_.buffers; ++i) {
    // Of a read, unlike what comes; of a write, what goes.
    fill_incompressible(scratch.bytes(), spec_.seed + i);
    blocks_->fill(i, scratch.bytes().data());
  }
  driver_.register_memory(blocks_->data(), blocks_->size_bytes());
  memory_registered_ = true;
  handle_ = driver_.register_file(spec_.file->get());
  const CuFileDriver::Moved first = move(0, 0, scratch.bytes().data());
  if (!first.error.empty()) throw CuFileFailure(first.error, first.is_absence);
}

void CuFileLane::tear_down() noexcept {
  try {
    blocks_->attach();
  } catch (const std::exception&) {
    return;  // of a GPU that does not answer nothing can be taken back
  }
  if (memory_registered_) driver_.deregister_memory(blocks_->data());
  if (handle_ != nullptr) driver_.deregister_file(handle_);
}

/// One block, by one call, whose error names it; less than a block is an error too.
CuFileDriver::Moved CuFileLane::move(std::uint32_t buffer, std::uint64_t turn, std::byte* scratch) {
  if (!spec_.is_read()) {
    // Blocks that are all alike could be stored once: each 4 KiB gets a number of its own.
    stamp_unique(scratch, spec_.block_bytes, spec_.seed + turn);
    blocks_->stamp(buffer, scratch);
  }
  const std::uint64_t at = std::uint64_t{buffer} * spec_.block_bytes;
  CuFileDriver::Moved moved = driver_.move(
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
      last_turns_[buffer] = turn;
      CuFileDriver::Moved moved = move(buffer, turn, scratch.bytes().data());
      if (!moved.error.empty()) {
        failed_ = true;
        return std::move(moved.error);
      }
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
  blocks_->attach();
  return check_last_blocks(
      spec_, last_turns_, turns_,
      [this](std::uint32_t buffer, std::byte* to) { blocks_->fetch(buffer, to); }, checked_);
}

std::vector<NamedText> CuFileLane::method() const {
  return {
      {"engine", "cuFile " + driver_.version()},
      {"threads", fmt::format("{} for each drive, each with a buffer of its own and one call in "
                              "flight",
                              spec_.buffers)}};
}

}  // namespace assay
