#include "runners/collect/sync.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "reports/json/document_limits.hpp"
#include "reports/sha256.hpp"
#include "runners/collect/object_path.hpp"
#include "runners/discovery/sysfs.hpp"
#include "runners/run/journal.hpp"
#include "runners/upload/destination.hpp"

namespace assay {

namespace fs = std::filesystem;

namespace {

constexpr const char* state_name = ".assay-collected.json";
constexpr std::size_t threads_max = 8;
constexpr std::size_t problems_max = 20;  // of downloads; then the rest is not tried
constexpr std::size_t state_every = 50;   // downloads

/// What an earlier call brought.
struct Brought {
  std::string etag;
  std::uint64_t size_bytes = 0;
  std::string sha256;
};
using SyncState = std::map<std::string, Brought>;  // by the object's URL

/// Best effort: without it, what is here is fetched once more and found to be the same.
SyncState read_sync_state(const std::string& directory) {
  SyncState state;
  try {
    const auto document = nlohmann::json::parse(read_file(directory + "/" + state_name));
    for (const auto& [url, one] : document.at("objects").items()) {
      state[url] = {one.at("etag"), one.at("size_bytes"), one.at("sha256")};
    }
  } catch (const std::exception&) {
    state.clear();
  }
  return state;
}

std::string state_text(const SyncState& state) {
  nlohmann::json objects = nlohmann::json::object();
  for (const auto& [url, one] : state) {
    objects[url] = {{"etag", one.etag}, {"size_bytes", one.size_bytes}, {"sha256", one.sha256}};
  }
  const nlohmann::json document = {{"assay_collected", 1}, {"objects", objects}};
  return document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// The file gets the object's time, as far as that is known.
void set_time(const std::string& path, long modified_s) {
  if (modified_s == 0) return;
  const std::array<timespec, 2> times{{{modified_s, 0}, {modified_s, 0}}};
  (void)utimensat(AT_FDCWD, path.c_str(), times.data(), 0);
}

/// Owns the state and the report of one call; `bring` may run in several threads.
class ResultSync {
 public:
  ResultSync(Bucket& bucket, const SyncOptions& options, SyncReport& report)
      : bucket_(bucket),
        options_(options),
        report_(report),
        state_(read_sync_state(options.directory)) {}

  /// Whether the object is here as it is in the bucket, without asking.
  bool is_here(const WantedObject& wanted) const {
    const auto known = state_.find(url_of(wanted));
    struct stat here {};
    // A file that was written to since has another time.
    return known != state_.end() && known->second.etag == wanted.object.etag &&
           known->second.size_bytes == wanted.object.size_bytes &&
           lstat(path_of(wanted).c_str(), &here) == 0 && S_ISREG(here.st_mode) &&
           static_cast<std::uint64_t>(here.st_size) == wanted.object.size_bytes &&
           (wanted.object.modified_s == 0 || here.st_mtime == wanted.object.modified_s);
  }

  void bring(const WantedObject& wanted) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (failures_ >= problems_max) return;
    }
    std::string problem;
    try {
      fetch(wanted);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (problem.empty()) return;
    report_.problems.push_back(problem);
    if (++failures_ == problems_max) {
      report_.problems.push_back(
          fmt::format("{} downloads failed: the rest is not tried", problems_max));
    }
  }

  void write_state() const {
    write_file_durably(options_.directory + "/" + state_name, state_text(state_));
  }

 private:
  std::string url_of(const WantedObject& wanted) const {
    return fmt::format("s3://{}/{}", options_.bucket, wanted.object.key);
  }
  std::string path_of(const WantedObject& wanted) const {
    return options_.directory + "/" + wanted.path;
  }

  void fetch(const WantedObject& wanted) {
    const std::string path = path_of(wanted);
    if (wanted.object.size_bytes > document_bytes_max) {
      throw std::runtime_error(fmt::format("{}: {} bytes; larger than 256 MiB, which no Result is",
                                           url_of(wanted), wanted.object.size_bytes));
    }
    const FetchedObject fetched = bucket_.get(wanted.object.key, document_bytes_max);
    const std::string sha256 = sha256_hex(fetched.body);
    std::error_code error;
    const bool there = fs::exists(fs::symlink_status(path, error));
    const std::string here = there ? sha256_hex(read_file(path)) : std::string();
    if (here != sha256) {
      if (there) keep_what_is_here(wanted, here);
      fs::create_directories(fs::path(path).parent_path());
      write_file_durably(path, fetched.body);
    }
    set_time(path, wanted.object.modified_s);
    const std::lock_guard<std::mutex> lock(mutex_);
    ++(here == sha256 ? report_.same : report_.fetched);
    state_[url_of(wanted)] = {fetched.etag, fetched.body.size(), sha256};
    if (++changes_ % state_every == 0) write_state();
  }

  /// Another file is to take its place. Throws where it is not one that a call like this brought.
  void keep_what_is_here(const WantedObject& wanted, const std::string& sha256) {
    const std::string path = path_of(wanted);
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = state_.find(url_of(wanted));
    if (known == state_.end() || known->second.sha256 != sha256) {
      throw std::runtime_error(fmt::format(
          "{}: the one in the bucket is another, and this one was {} here: it is left alone; move "
          "it away to get that of the bucket",
          path, known == state_.end() ? "made" : "changed"));
    }
    if (fs::path(path).filename() != result_name) return;
    const std::string kept =
        fs::path(path).parent_path() / fmt::format("result-before-{}.json", sha256.substr(0, 12));
    fs::rename(path, kept);
    report_.notes.push_back(
        fmt::format("{}: another Result is in its place now; this one is kept as {}", path, kept));
  }

  Bucket& bucket_;
  const SyncOptions& options_;
  SyncReport& report_;
  std::mutex mutex_;  // of the report and what follows
  SyncState state_;
  std::size_t changes_ = 0;
  std::size_t failures_ = 0;
};

}  // namespace

std::vector<WantedObject> wanted_objects(const std::vector<ListedObject>& objects,
                                         const std::string& prefix,
                                         std::vector<std::string>& problems) {
  std::vector<WantedObject> found;
  std::set<std::string> whole;  // folders with a Result
  for (const ListedObject& object : objects) {
    const std::string name = object.key.substr(object.key.rfind('/') + 1);
    if (!tells_of_a_run(name)) continue;
    const ObjectPath made = object_path(object.key, prefix);
    if (!made.why_not.empty()) {
      problems.push_back(
          fmt::format("not fetched: an object whose key cannot be a file here ({}): "
                      "{}",
                      made.why_not, clean_text(object.key).substr(0, 200)));
      continue;
    }
    if (name == result_name) whole.insert(fs::path(made.path).parent_path());
    found.push_back({object, made.path});
  }
  found.erase(std::remove_if(found.begin(), found.end(),
                             [&](const WantedObject& one) {
                               const fs::path path(one.path);
                               return path.filename() != result_name &&
                                      whole.count(path.parent_path()) == 1;
                             }),
              found.end());
  return found;
}

SyncReport sync_results(Bucket& bucket, const SyncOptions& options,
                        const std::function<void(const std::string&)>& say) {
  SyncReport report;
  const std::vector<WantedObject> wanted =
      wanted_objects(bucket.list(options.prefix), options.prefix, report.problems);
  report.listed = wanted.size();
  if (wanted.empty()) return report;
  fs::create_directories(options.directory);
  ResultSync sync(bucket, options, report);
  std::vector<const WantedObject*> missing;
  std::uint64_t bytes = 0;
  for (const WantedObject& one : wanted) {
    if (sync.is_here(one)) {
      ++report.same;
    } else {
      missing.push_back(&one);
      bytes += one.object.size_bytes;
    }
  }
  if (missing.empty()) return report;
  say(fmt::format("fetching {} of {} objects, {:.1f} MB", missing.size(), wanted.size(),
                  static_cast<double>(bytes) / 1e6));
  std::atomic<std::size_t> next{0};
  std::vector<std::future<void>> workers;
  for (std::size_t i = 0; i < std::min(threads_max, missing.size()); ++i) {
    workers.push_back(std::async(std::launch::async, [&] {
      for (std::size_t at = next++; at < missing.size(); at = next++) sync.bring(*missing[at]);
    }));
  }
  for (std::future<void>& worker : workers) worker.get();
  sync.write_state();
  return report;
}

}  // namespace assay
