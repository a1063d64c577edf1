#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/storage/storage_session.hpp"
#include "reports/model/result.hpp"
#include "runners/run/device_hooks.hpp"
#include "runners/run/journal.hpp"
#include "runners/run/progress.hpp"

namespace assay {

/// Owns the storage targets of a run while its storage cases last. All that the remaining cases
/// need are opened and filled at once, in parallel, before the first of them.
class OpenTargets {
 public:
  OpenTargets(Result& result, const Journal& journal, Progress& progress, const DeviceHooks& hooks)
      : result_(result), journal_(journal), progress_(progress), hooks_(hooks) {}

  /// Opens and fills every storage target of these cases, unless that was done. What cannot be
  /// opened is remembered.
  void open_all(const std::vector<const Case*>& cases, const RunControl& control);

  /// The session of a target, or those of a set's members. Throws std::runtime_error with what
  /// opening one of them threw.
  std::vector<StorageSession*> sessions(const std::vector<std::string>& target_ids);

  /// Closes all: test files are gone, devices let go of.
  void close();

 private:
  struct Opened {
    std::unique_ptr<StorageSession> session;
    std::string failure;
  };

  void open(const Target& target, const RunControl& control);
  std::uint64_t filled_before(const Target& target) const;
  void record(const Preparation& preparation);
  void record_fill(const Target& target, const StorageSession& session, const RunControl& control);

  Result& result_;
  const Journal& journal_;
  Progress& progress_;
  const DeviceHooks& hooks_;
  std::map<std::string, Opened> opened_;  // by Target::id
};

}  // namespace assay
