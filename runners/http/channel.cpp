#include "runners/http/channel.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "bench/storage/file_handle.hpp"
#include "runners/http/http.hpp"

namespace assay {

namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

/// Owns a connected, non-blocking socket.
class PlainChannel : public Channel {
 public:
  PlainChannel(FileHandle socket, std::string host)
      : socket_(std::move(socket)), host_(std::move(host)) {}

  std::string read(Deadline deadline) override {
    while (true) {
      const ssize_t count = recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
      if (count >= 0) return {buffer_.data(), static_cast<std::size_t>(count)};
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) fail();
      wait_for_socket(socket_.get(), POLLIN, deadline, host_);
    }
  }

  void write(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      const ssize_t count = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        wait_for_socket(socket_.get(), POLLOUT, deadline, host_);
      } else if (errno != EINTR) {
        fail();
      }
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw HttpError(fmt::format("{}: the connection was lost: {}", host_, error_text(errno)));
  }

  FileHandle socket_;
  std::string host_;
  std::array<char, 16384> buffer_{};
};

/// Owns the socket beneath a TLS stream; destroyed after it.
class TlsOverSocket : public Channel {
 public:
  TlsOverSocket(FileHandle socket, const std::string& host, Deadline deadline)
      : socket_(std::move(socket)), tls_(open_tls_channel(socket_.get(), host, deadline)) {}
  std::string read(Deadline deadline) override { return tls_->read(deadline); }
  void write(std::string_view bytes, Deadline deadline) override { tls_->write(bytes, deadline); }

 private:
  FileHandle socket_;
  std::unique_ptr<Channel> tls_;
};

struct AddressList {
  addrinfo* first = nullptr;
  AddressList() = default;
  ~AddressList() {
    if (first != nullptr) freeaddrinfo(first);
  }
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;
  AddressList(AddressList&&) = delete;
  AddressList& operator=(AddressList&&) = delete;
};

/// Throws HttpError when this address does not answer.
FileHandle connect_to(const addrinfo& address, const std::string& host, Deadline deadline) {
  FileHandle handle(socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!handle.valid()) throw HttpError(fmt::format("socket: {}", error_text(errno)));
  if (connect(handle.get(), address.ai_addr, address.ai_addrlen) != 0) {
    int error = errno;
    if (error == EINPROGRESS) {
      wait_for_socket(handle.get(), POLLOUT, deadline, host);
      socklen_t size = sizeof error;
      getsockopt(handle.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error != 0) {
      throw HttpError(fmt::format("{}: cannot connect: {}", host, error_text(error)));
    }
  }
  const int on = 1;
  setsockopt(handle.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return handle;
}

}  // namespace

void wait_for_socket(int fd, short events, Deadline deadline, const std::string& host) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw HttpError(fmt::format("{}: no answer in time", host));
    pollfd waiting{fd, events, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<long>(left.count(), 60'000)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw HttpError(fmt::format("poll: {}", error_text(errno)));
  }
}

std::unique_ptr<Channel> open_channel(const Url& url, Deadline connect, Deadline handshake) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  AddressList addresses;
  const int code =
      getaddrinfo(url.host.c_str(), std::to_string(url.port).c_str(), &hints, &addresses.first);
  if (code != 0) {
    throw HttpError(fmt::format("{}: the name has no address: {}", url.host, gai_strerror(code)));
  }
  std::string reason = "no address";
  for (const addrinfo* address = addresses.first; address != nullptr; address = address->ai_next) {
    FileHandle socket;
    try {
      socket = connect_to(*address, url.host, connect);
    } catch (const HttpError& error) {
      reason = error.what();
      continue;
    }
    if (url.scheme == "https") {
      return std::make_unique<TlsOverSocket>(std::move(socket), url.host, handshake);
    }
    return std::make_unique<PlainChannel>(std::move(socket), url.host);
  }
  throw HttpError(reason);
}

}  // namespace assay
