#include "runners/collect/found_runs.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "reports/fleet/run_summary.hpp"
#include "reports/trust/seal.hpp"
#include "runners/discovery/sysfs.hpp"
#include "runners/run/journal.hpp"
#include "runners/upload/destination.hpp"

namespace assay {

namespace fs = std::filesystem;

namespace {

/// A journal is uploaded as cases finish, and a case can take long.
constexpr long journal_age_s_max = 3600;
constexpr std::size_t note_bytes_max = 200;

struct RunFolder {
  std::string path;  // of the files, below the directory
  std::set<std::string> names;
};

std::string short_text(const std::string& text) {
  const std::string clean = clean_text(text);
  return clean.size() <= note_bytes_max ? clean
                                        : clean_text(clean.substr(0, note_bytes_max)) + "...";
}

std::vector<RunFolder> run_folders(const std::string& directory) {
  std::map<std::string, RunFolder> found;
  for (auto entry = fs::recursive_directory_iterator(directory,
                                                     fs::directory_options::skip_permission_denied);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename();
    if (entry->is_directory()) {
      const bool aside = name.starts_with("run=") && name.find(".of-") != std::string::npos;
      if (name.starts_with('.') || aside) entry.disable_recursion_pending();
      continue;
    }
    if (!tells_of_a_run(name)) continue;
    const std::string path = entry->path().parent_path().lexically_relative(directory);
    RunFolder& folder = found[path];
    folder.path = path;
    folder.names.insert(name);
  }
  std::vector<RunFolder> folders;
  folders.reserve(found.size());
  for (auto& [path, folder] : found) folders.push_back(std::move(folder));
  return folders;
}

/// The part of a path that names a run: up to run=..., or all of it.
std::string run_of(const std::string& path) {
  const std::size_t at = path.starts_with("run=") ? 0 : path.find("/run=");
  if (at == std::string::npos) return path;
  return path.substr(0, path.find('/', at + 1));
}

/// Of type=i4i.xlarge, partition=i4i, ... in a path: i4i.xlarge, i4i.
std::string named_in_path(const std::string& path) {
  for (const std::string key : {"type=", "partition=", "constraint="}) {
    const std::size_t at = ("/" + path).find("/" + key);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + key.size();
    return path.substr(begin, path.find('/', begin) - begin);
  }
  return "not known";
}

void judge_cases(const RunSummary& run, FoundRun& found) {
  std::size_t failed = 0;
  std::size_t ok = 0;
  for (const CaseSummary& item : run.cases) {
    ok += item.status == CaseStatus::ok ? 1 : 0;
    if (item.status != CaseStatus::failed || failed++ > 0) continue;
    found.note = short_text(item.id + ": " + item.reason);
  }
  found.state = failed == 0 && ok > 0 ? RunState::done : RunState::failed;
  if (failed > 0) {
    found.note =
        fmt::format("{} of {} cases failed, first {}", failed, run.cases.size(), found.note);
  } else if (ok == 0) {
    found.note = "no case of its Result ran";
  }
}

void judge_result(const std::string& file, FoundRun& found) {
  const std::string text = read_file(file);
  const SealCheck check = check_seal(text, "");
  if (!check.faults.empty()) {
    found.note = short_text("NOT VERIFIED: " + check.faults.front());
    found.has_whole = fs::path(file).filename() == result_name;
    return;
  }
  const Result& result = check.result.value();
  const RunSummary run = summarize(result, file);
  found.type = clean_text(run.instance_type);
  found.machine = run.machine;
  found.suite = clean_text(run.suite);
  if (result.host.ec2) found.zone = clean_text(result.host.ec2->availability_zone);
  if (result.partial.empty()) {
    found.has_whole = true;
    judge_cases(run, found);
    return;
  }
  found.state = RunState::partial;
  found.note = short_text(result.partial);
}

FoundRun judge(const std::string& directory, const RunFolder& folder, long now_s) {
  FoundRun found;
  found.folder = run_of(folder.path);
  found.type = clean_text(named_in_path(found.folder));
  const std::string path = directory + "/" + folder.path + "/";
  const auto has = [&](std::string_view name) {
    return folder.names.count(std::string(name)) == 1;
  };
  try {
    if (has(result_name) || has(partial_name)) {
      judge_result(path + std::string(has(result_name) ? result_name : partial_name), found);
      return found;
    }
  } catch (const std::exception& error) {
    found.note = short_text(error.what());
    return found;
  }
  if (has(log_name)) {
    found.note = fmt::format("no Result came; its log: {}{}", path, log_name);
    return found;
  }
  struct stat status {};
  const std::string journal = path + std::string(journal_name);
  const bool known = stat(journal.c_str(), &status) == 0;
  const long age_s = now_s - static_cast<long>(status.st_mtime);
  if (known && age_s < journal_age_s_max) {
    found.state = RunState::running;
    found.note = fmt::format("its journal is {} min old", std::max(age_s, 0L) / 60);
  } else {
    found.note = fmt::format("no Result came but a journal: {}", journal);
  }
  return found;
}

}  // namespace

std::vector<FoundRun> find_runs(const std::string& directory, long now_s) {
  const std::vector<RunFolder> folders = run_folders(directory);
  std::vector<FoundRun> judged(folders.size());
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::future<void>> parts;
  for (std::size_t first = 0; first < std::min(threads, folders.size()); ++first) {
    parts.push_back(std::async(std::launch::async, [&, first] {
      for (std::size_t i = first; i < folders.size(); i += threads) {
        judged[i] = judge(directory, folders[i], now_s);
      }
    }));
  }
  for (std::future<void>& part : parts) part.get();
  std::vector<FoundRun> runs;
  std::map<std::string, std::size_t> places;
  for (FoundRun& one : judged) {
    const auto [place, added] = places.emplace(one.folder, runs.size());
    if (added) {
      runs.push_back(std::move(one));
    } else if (one.state >= runs[place->second].state) {
      runs[place->second] = std::move(one);
    }
  }
  return runs;
}

}  // namespace assay
