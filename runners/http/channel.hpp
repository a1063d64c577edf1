#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "runners/http/url.hpp"

namespace assay {

using Deadline = std::chrono::steady_clock::time_point;

/// A byte stream to a server, plain or TLS. Both functions throw HttpError at the deadline.
class Channel {
 public:
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  Channel(Channel&&) = delete;
  Channel& operator=(Channel&&) = delete;

  /// What is there, at least one byte; empty at the end of the stream.
  virtual std::string read(Deadline deadline) = 0;
  virtual void write(std::string_view bytes, Deadline deadline) = 0;
};

/// Connects, `https` with a TLS handshake. Throws HttpError in words.
std::unique_ptr<Channel> open_channel(const Url& url, Deadline connect, Deadline handshake);

/// The TLS stream over a connected, non-blocking socket that stays the caller's. Throws HttpError.
std::unique_ptr<Channel> open_tls_channel(int fd, const std::string& host, Deadline deadline);

/// Waits until the socket can be read (POLLIN) or written (POLLOUT). Throws HttpError at the
/// deadline.
void wait_for_socket(int fd, short events, Deadline deadline, const std::string& host);

}  // namespace assay
