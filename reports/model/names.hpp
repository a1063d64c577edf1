#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "reports/model/result.hpp"

namespace assay {

/// The words of each enumeration, as they stand in Results, suites and messages. One table each.
template <class Enum>
struct EnumNames;

template <>
struct EnumNames<DeviceClass> {
  static constexpr std::array<std::pair<DeviceClass, std::string_view>, 3> table{
      {{DeviceClass::instance_store, "instance-store"},
       {DeviceClass::ebs, "ebs"},
       {DeviceClass::other, "other"}}};
};

template <>
struct EnumNames<IoUringState> {
  static constexpr std::array<std::pair<IoUringState, std::string_view>, 4> table{
      {{IoUringState::available, "available"},
       {IoUringState::not_in_kernel, "not-in-kernel"},
       {IoUringState::not_permitted, "not-permitted"},
       {IoUringState::disabled_by_sysctl, "disabled-by-sysctl"}}};
};

template <>
struct EnumNames<Operation> {
  static constexpr std::array<std::pair<Operation, std::string_view>, 3> table{
      {{Operation::read, "read"}, {Operation::write, "write"}, {Operation::mixed, "mixed"}}};
};

template <>
struct EnumNames<Pattern> {
  static constexpr std::array<std::pair<Pattern, std::string_view>, 4> table{
      {{Pattern::random, "random"},
       {Pattern::sequential, "sequential"},
       {Pattern::zipf, "zipf"},
       {Pattern::full_coverage, "full-coverage"}}};
};

template <>
struct EnumNames<HostClass> {
  static constexpr std::array<std::pair<HostClass, std::string_view>, 5> table{
      {{HostClass::general, "general"},
       {HostClass::storage, "storage"},
       {HostClass::gpu, "gpu"},
       {HostClass::high_memory, "high-memory"},
       {HostClass::hpc, "hpc"}}};
};

template <>
struct EnumNames<MemoryPages> {
  static constexpr std::array<std::pair<MemoryPages, std::string_view>, 2> table{
      {{MemoryPages::huge, "huge"}, {MemoryPages::small, "small"}}};
};

template <>
struct EnumNames<Durability> {
  static constexpr std::array<std::pair<Durability, std::string_view>, 3> table{
      {{Durability::none, "none"},
       {Durability::fdatasync, "fdatasync"},
       {Durability::dsync, "dsync"}}};
};

template <>
struct EnumNames<Arrival> {
  static constexpr std::array<std::pair<Arrival, std::string_view>, 3> table{
      {{Arrival::closed, "closed"},
       {Arrival::constant, "constant"},
       {Arrival::poisson, "poisson"}}};
};

template <>
struct EnumNames<Engine> {
  static constexpr std::array<std::pair<Engine, std::string_view>, 5> table{
      {{Engine::io_uring, "io_uring"},
       {Engine::pread, "pread"},
       {Engine::nvme_passthrough, "nvme-passthrough"},
       {Engine::libaio, "libaio"},
       {Engine::other, "other"}}};
};

template <>
struct EnumNames<ElementType> {
  static constexpr std::array<std::pair<ElementType, std::string_view>, 2> table{
      {{ElementType::f32, "f32"}, {ElementType::f64, "f64"}}};
};

template <>
struct EnumNames<HostBuffer> {
  static constexpr std::array<std::pair<HostBuffer, std::string_view>, 2> table{
      {{HostBuffer::pinned, "pinned"}, {HostBuffer::pageable, "pageable"}}};
};

template <>
struct EnumNames<Mover> {
  static constexpr std::array<std::pair<Mover, std::string_view>, 2> table{
      {{Mover::copy_engine, "copy-engine"}, {Mover::multiprocessors, "multiprocessors"}}};
};

template <>
struct EnumNames<PipelinePath> {
  static constexpr std::array<std::pair<PipelinePath, std::string_view>, 2> table{
      {{PipelinePath::bounce, "bounce"}, {PipelinePath::cufile, "cufile"}}};
};

template <>
struct EnumNames<TargetKind> {
  static constexpr std::array<std::pair<TargetKind, std::string_view>, 8> table{
      {{TargetKind::file_system, "file-system"},
       {TargetKind::regular_file, "regular-file"},
       {TargetKind::block_device, "block-device"},
       {TargetKind::target_set, "target-set"},
       {TargetKind::slowest_of_set, "slowest-of-set"},
       {TargetKind::host_memory, "host-memory"},
       {TargetKind::gpu, "gpu"},
       {TargetKind::program, "program"}}};
};

template <>
struct EnumNames<CaseStatus> {
  static constexpr std::array<std::pair<CaseStatus, std::string_view>, 3> table{
      {{CaseStatus::ok, "ok"}, {CaseStatus::skipped, "skipped"}, {CaseStatus::failed, "failed"}}};
};

template <>
struct EnumNames<LimitKind> {
  static constexpr std::array<std::pair<LimitKind, std::string_view>, 8> table{
      {{LimitKind::volume, "volume"},
       {LimitKind::instance, "instance"},
       {LimitKind::device, "device"},
       {LimitKind::host_rate_limiter, "host-rate-limiter"},
       {LimitKind::cpu, "cpu"},
       {LimitKind::queue_depth, "queue-depth"},
       {LimitKind::offered_rate, "offered-rate"},
       {LimitKind::unknown, "unknown"}}};
};

template <>
struct EnumNames<Severity> {
  static constexpr std::array<std::pair<Severity, std::string_view>, 2> table{
      {{Severity::note, "note"}, {Severity::warning, "warning"}}};
};

template <>
struct EnumNames<Direction> {
  static constexpr std::array<std::pair<Direction, std::string_view>, 3> table{
      {{Direction::higher_is_better, "higher-is-better"},
       {Direction::lower_is_better, "lower-is-better"},
       {Direction::informative, "informative"}}};
};

/// The word of an enumerator.
template <class Enum>
constexpr std::string_view name_of(Enum value) {
  for (const auto& [candidate, name] : EnumNames<Enum>::table) {
    if (candidate == value) return name;
  }
  return "unknown";
}

/// The enumerator of a word; empty when the word is not in the table.
template <class Enum>
constexpr std::optional<Enum> named(std::string_view word) {
  for (const auto& [candidate, name] : EnumNames<Enum>::table) {
    if (name == word) return candidate;
  }
  return std::nullopt;
}

}  // namespace assay
