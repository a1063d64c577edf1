#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace assay {

/// What one slot does next. A slot is one of queue-depth I/Os in flight and owns one buffer.
enum class IoKind : std::uint8_t { read, write, fdatasync };

/// A sleep ends late by timer slack and wake-up: submit_and_wait_for polls the last part of a wait.
constexpr std::uint64_t polled_wait_ns = 150'000;

/// A queue of I/Os: the seam between the measuring loop and an engine.
///   prepare(kind, slot, offset)   the slot's next I/O; not yet submitted
///   submit_and_wait()             submits all prepared I/Os and waits for at least one completion,
///                                 one system call; returns early when a signal arrives
///   submit_and_wait_for(ns)       the same, but waits at most that long, and not at all for 0
///   ready()                       how many completions can be reaped now
///   reap(limit, handle)           handle(slot, result) for up to `limit` completions; result is
///                                 the number of bytes, or -errno; returns how many
///   resize(slot, bytes)           the size of the slot's next I/Os, at most block_size
///   buffer(slot)                  the slot's memory, block_size bytes
template <class T>
concept Ring = requires(T& ring, IoKind kind, std::uint32_t slot, std::uint64_t offset) {
  ring.prepare(kind, slot, offset);
  ring.resize(slot, std::uint32_t{4096});
  ring.submit_and_wait();
  ring.submit_and_wait_for(std::uint64_t{1});
  {
    ring.reap(1U, [](std::uint32_t, std::int32_t) {})
    } -> std::same_as<std::uint32_t>;
  { ring.ready() } -> std::same_as<std::uint32_t>;
  { ring.buffer(slot) } -> std::same_as<std::byte*>;
  { ring.system_calls() } -> std::same_as<std::uint64_t>;
};

}  // namespace assay
