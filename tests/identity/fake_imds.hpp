#pragma once

#include <map>
#include <string>

#include "runners/identity/imds_client.hpp"
#include "tests/http/fake_server.hpp"

namespace assay {

/// An instance as the metadata service shows it, by path below /latest/.
inline std::map<std::string, std::string> example_items() {
  return {{"meta-data/instance-id", "i-0123456789abcdef0"},
          {"meta-data/instance-type", "i4i.8xlarge"},
          {"meta-data/placement/availability-zone", "us-east-1b"},
          {"meta-data/placement/availability-zone-id", "use1-az4"},
          {"meta-data/placement/region", "us-east-1"},
          {"meta-data/ami-id", "ami-0abcdef1234567890"},
          {"meta-data/instance-life-cycle", "spot"},
          {"meta-data/tags/instance", "Name\nrun"},
          {"meta-data/tags/instance/Name", "storage test"},
          {"meta-data/tags/instance/run", "7"},
          {"dynamic/instance-identity/document", R"({"accountId":"123456789012"})"}};
}

/// Answers as IMDSv2 does: a token on PUT, 401 without it, 404 for what it does not have.
inline FakeServer::Handler imds_v2(std::map<std::string, std::string> items) {
  return [items](const ReceivedRequest& request) {
    if (request.target == "/latest/api/token") {
      const bool good = request.method == "PUT" &&
                        request.headers.count("x-aws-ec2-metadata-token-ttl-seconds") == 1;
      return good ? http_answer(200, "TOKEN==") : http_answer(400);
    }
    const auto token = request.headers.find("x-aws-ec2-metadata-token");
    if (token == request.headers.end() || token->second != "TOKEN==") return http_answer(401);
    const auto item = items.find(request.target.substr(std::string("/latest/").size()));
    return item == items.end() ? http_answer(404) : http_answer(200, item->second);
  };
}

inline ImdsOptions options_for(const FakeServer& server) {
  ImdsOptions options;
  options.endpoint = server.url();
  options.timeout = std::chrono::seconds(10);  // the machine may stand still for a while
  options.attempts = 2;
  return options;
}

}  // namespace assay
