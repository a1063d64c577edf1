#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "runners/collect/bucket.hpp"

namespace assay {

/// What was asked for.
struct SyncOptions {
  std::string bucket;  // for messages and the state
  std::string prefix;  // without slashes at its ends
  std::string directory;
};

/// What was done, and what was not, in words.
struct SyncReport {
  std::size_t listed = 0;   // objects of runs that are wanted here
  std::size_t fetched = 0;  // of those, brought into the directory by this call
  std::size_t same = 0;     // there already
  std::vector<std::string> notes;
  std::vector<std::string> problems;  // each is something that is not here now
};

/// An object that is to be a file here.
struct WantedObject {
  ListedObject object;
  std::string path;  // below the directory
};

/// Which of these objects are wanted: every result.json and, of a run that has none, what else came
/// of it (a partial Result, journal and log). Keys that cannot be files are told in `problems`.
std::vector<WantedObject> wanted_objects(const std::vector<ListedObject>& objects,
                                         const std::string& prefix,
                                         std::vector<std::string>& problems);

/// Brings what is new or has changed in the bucket into the directory; what an earlier call has
/// brought (`.assay-collected.json` has ETag, size and SHA-256 of it) is not asked for again. A
/// file appears whole, with the object's time. Nothing that is here is lost: a Result that has
/// another one in its place now is kept as result-before-HASH.json, and a file that was changed or
/// made here is left alone and told. `say` gets one line before anything is fetched. Throws
/// std::runtime_error when the list cannot be had, or everything fails.
SyncReport sync_results(Bucket& bucket, const SyncOptions& options,
                        const std::function<void(const std::string&)>& say);

}  // namespace assay
