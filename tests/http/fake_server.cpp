#include "tests/http/fake_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>

namespace assay {

namespace {

ReceivedRequest parse(const std::string& head) {
  ReceivedRequest request;
  std::istringstream lines(head);
  std::string line;
  std::getline(lines, line);
  std::istringstream(line) >> request.method >> request.target;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string value = line.substr(std::min(line.size(), colon + 2));
    if (!value.empty() && value.back() == '\r') value.pop_back();
    request.headers[name] = value;
  }
  return request;
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& more_headers) {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

FakeServer::FakeServer(Handler handler)
    : handler_(std::move(handler)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port for a test server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

FakeServer::~FakeServer() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string FakeServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<ReceivedRequest> FakeServer::received() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return received_;
}

void FakeServer::serve() {
  while (true) {
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    answer(fd);
    close(fd);
  }
}

void FakeServer::answer(int fd) {
  std::string bytes;
  char buffer[65536];
  std::size_t head_end = 0;
  while ((head_end = bytes.find("\r\n\r\n")) == std::string::npos) {
    const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
  ReceivedRequest request = parse(bytes.substr(0, head_end + 2));
  request.body = bytes.substr(head_end + 4);
  const auto length = request.headers.find("content-length");
  const std::size_t wanted = length == request.headers.end() ? 0 : std::stoul(length->second);
  while (request.body.size() < wanted) {
    const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    request.body.append(buffer, static_cast<std::size_t>(count));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    received_.push_back(request);
  }
  const std::string reply = handler_(request);
  send(fd, reply.data(), reply.size(), MSG_NOSIGNAL);
}

}  // namespace assay
