#include "reports/fleet/read_fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include "reports/html/page.hpp"
#include "reports/json/quick_reader.hpp"

namespace assay {

namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) throw std::runtime_error("cannot be opened");
  constexpr std::streamoff bytes_max = std::streamoff{1} << 30;
  const std::streamoff size = stream.tellg();
  if (size > bytes_max) throw std::runtime_error("larger than 1 GiB; no Result is");
  std::string text(static_cast<std::size_t>(std::max<std::streamoff>(size, 0)), '\0');
  stream.seekg(0);
  if (!stream.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw std::runtime_error("cannot be read");
  }
  return text;
}

/// A summary, or why there is none.
struct Outcome {
  ReadRun read;
  std::string why;
};

Outcome read_one(const std::string& file, const RenderRun& render, Identities identities) {
  try {
    Result result = read_without_histograms(result_text(text_of(file)));
    const bool named = identities == Identities::kept;
    if (!named) redact(result);
    Outcome outcome{{summarize(result, named ? file : without_ids(file)), {}}, {}};
    if (render) outcome.read.text = render(outcome.read.run);
    return outcome;
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

void add_directory(std::vector<std::string>& files, const std::string& directory) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(directory, fs::directory_options::skip_permission_denied)) {
    const std::string name = entry.path().filename();
    if (name == "result.json" ||
        (name == "report.html" && !fs::exists(entry.path().parent_path() / "result.json"))) {
      found.push_back(entry.path());
    }
  }
  if (found.empty()) {
    throw std::runtime_error(
        fmt::format("{}: neither result.json nor report.html in it or below it", directory));
  }
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

}  // namespace

std::vector<std::string> find_results(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (fs::is_directory(path)) {
      add_directory(files, path);
    } else if (fs::exists(path)) {
      files.push_back(path);
    } else {
      throw std::runtime_error(fmt::format("{}: no such file or directory", path));
    }
  }
  std::set<std::string> seen;
  files.erase(std::remove_if(files.begin(), files.end(),
                             [&](const std::string& file) {
                               return !seen.insert(fs::weakly_canonical(file)).second;
                             }),
              files.end());
  return files;
}

std::vector<UnreadFile> read_fleet(const std::vector<std::string>& files, const RenderRun& render,
                                   const std::function<void(ReadRun&&)>& take,
                                   Identities identities) {
  constexpr std::size_t batch_max = 32;  // summaries that wait at once, for each thread
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<UnreadFile> unread;
  for (std::size_t begin = 0; begin < files.size(); begin += batch_max * threads) {
    const std::size_t end = std::min(files.size(), begin + batch_max * threads);
    std::vector<Outcome> outcomes(end - begin);
    std::vector<std::future<void>> parts;
    for (std::size_t first = 0; first < std::min(threads, outcomes.size()); ++first) {
      parts.push_back(std::async(std::launch::async, [&, first] {
        for (std::size_t i = first; i < outcomes.size(); i += threads) {
          outcomes[i] = read_one(files[begin + i], render, identities);
        }
      }));
    }
    for (std::future<void>& part : parts) part.get();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].why.empty()) {
        take(std::move(outcomes[i].read));
      } else {
        unread.push_back({files[begin + i], outcomes[i].why});
      }
    }
  }
  return unread;
}

std::vector<RunSummary> read_all(const std::vector<std::string>& files,
                                 std::vector<UnreadFile>& unread) {
  std::vector<RunSummary> runs;
  unread = read_fleet(files, {}, [&](ReadRun&& one) { runs.push_back(std::move(one.run)); });
  return runs;
}

}  // namespace assay
