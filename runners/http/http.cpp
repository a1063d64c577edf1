#include "runners/http/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "runners/http/channel.hpp"

namespace assay {

namespace {

constexpr std::size_t head_bytes_max = std::size_t{64} << 10;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string trimmed_value(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1));
}

std::string head_of(const HttpRequest& request) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
                                 request.method, request.url.target, request.url.authority());
  for (const auto& [name, value] : request.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) {
      throw HttpError(fmt::format("the header {} would have a line end in it", name));
    }
    text += fmt::format("{}: {}\r\n", name, value);
  }
  if (!request.body.empty() || request.method == "PUT") {
    text += fmt::format("Content-Length: {}\r\n", request.body.size());
  }
  return text + "\r\n";
}

/// Owns what was received and not used yet.
class ResponseReader {
 public:
  ResponseReader(Channel& channel, const std::string& host, Deadline deadline)
      : channel_(channel), host_(host), deadline_(deadline) {}

  HttpResponse read(std::size_t body_bytes_max, const std::string& method) {
    HttpResponse response;
    do {
      response = HttpResponse();
      read_head(response);
    } while (response.status >= 100 && response.status < 200);  // "100 Continue" and the like
    body_bytes_max_ = body_bytes_max;
    if (method != "HEAD" && response.status != 204 && response.status != 304) read_body(response);
    return response;
  }

 private:
  [[noreturn]] void odd(const std::string& what) const {
    throw HttpError(fmt::format("{}: the answer is not HTTP: {}", host_, what));
  }

  [[noreturn]] void too_long() const {
    throw AnswerTooLong(
        fmt::format("{}: the answer is too long, more than {} bytes", host_, body_bytes_max_));
  }

  bool more() {
    const std::string bytes = channel_.read(deadline_);
    pending_ += bytes;
    return !bytes.empty();
  }

  std::string line() {
    std::size_t end = 0;
    while ((end = pending_.find('\n')) == std::string::npos) {
      if (pending_.size() > head_bytes_max) odd("an endless line");
      if (!more()) odd(pending_.empty() ? "the connection was closed" : "it was cut off");
    }
    std::string text = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return text;
  }

  void read_head(HttpResponse& response) {
    const std::string first = line();
    const bool known = first.rfind("HTTP/1.", 0) == 0 && first.size() >= 12;
    if (known) {
      std::from_chars(first.data() + 9, first.data() + 12, response.status);
    }
    if (response.status < 100 || response.status > 599) odd("no status line");
    std::size_t bytes = 0;
    for (std::string text = line(); !text.empty(); text = line()) {
      bytes += text.size();
      if (bytes > head_bytes_max) odd("endless headers");
      const std::size_t colon = text.find(':');
      if (colon == std::string::npos) odd("a header without a colon");
      response.headers[text.substr(0, colon)] =
          trimmed_value(std::string_view(text).substr(colon + 1));
    }
  }

  void take(std::size_t count, std::string& body) {
    if (count > body_bytes_max_ || body.size() + count > body_bytes_max_) too_long();
    while (pending_.size() < count) {
      if (!more()) odd("it was cut off");
    }
    body.append(pending_, 0, count);
    pending_.erase(0, count);
  }

  std::size_t number(const std::string& text, int base) const {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end == text.data()) odd("a length that is no number");
    return value;
  }

  void read_body(HttpResponse& response) {
    const auto coding = response.headers.find("Transfer-Encoding");
    if (coding != response.headers.end()) {
      if (coding->second != "chunked") odd("an unknown transfer encoding");
      for (std::size_t size = number(line(), 16); size != 0; size = number(line(), 16)) {
        take(size, response.body);
        line();
      }
      return;
    }
    const auto length = response.headers.find("Content-Length");
    if (length != response.headers.end()) return take(number(length->second, 10), response.body);
    while (more()) {
      if (pending_.size() > body_bytes_max_) too_long();
    }
    response.body = std::move(pending_);
  }

  Channel& channel_;
  const std::string& host_;
  Deadline deadline_;
  std::size_t body_bytes_max_ = 0;
  std::string pending_;
};

}  // namespace

bool HeaderLess::operator()(std::string_view a, std::string_view b) const {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return lower(x) < lower(y); });
}

HttpResponse http_request(const HttpRequest& request, const HttpLimits& limits) {
  const auto now = std::chrono::steady_clock::now();
  const Deadline deadline = now + limits.total;
  const std::string head = head_of(request);
  std::unique_ptr<Channel> channel;
  try {
    channel = open_channel(request.url, std::min(now + limits.connect, deadline), deadline);
  } catch (const UntrustedServer&) {
    throw;
  } catch (const HttpError& error) {
    throw NotSent(error.what());
  }
  ResponseReader reader(*channel, request.url.host, deadline);
  std::string lost;
  try {
    channel->write(head, deadline);
    channel->write(request.body, deadline);
  } catch (const HttpError& error) {
    lost = error.what();  // a server that refuses early says why, and then hangs up
  }
  try {
    return reader.read(limits.body_bytes_max, request.method);
  } catch (const AnswerTooLong&) {
    throw;
  } catch (const HttpError&) {
    if (!lost.empty()) throw HttpError(lost);
    throw;
  }
}

}  // namespace assay
