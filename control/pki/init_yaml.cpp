// SPDX-License-Identifier: Apache-2.0
// The two start-up files as text. Keys are the field names of ControlConfig and DataplaneConfig.
#include <algorithm>
#include <cctype>

#include "esp/lane.h"
#include "pki/init_options.h"

namespace bulkhead::pki {

namespace {

bool plain_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '/' || c == '-' ||
         c == '_';
}

// Plain where YAML cannot take it for anything but a string, else double-quoted.
std::string scalar(const std::string& text) {
  static constexpr std::string_view kWords[] = {"true", "false", "yes", "no", "on",
                                                "off",  "null",  "y",   "n"};
  const bool plain =
      !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0 || text[0] == '/') &&
      std::ranges::all_of(text, plain_char) && std::ranges::find(kWords, text) == std::end(kWords);
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string line(std::string_view key, const std::string& value) {
  return std::string(key) + ": " + scalar(value) + "\n";
}

std::string endpoint(const IpAddress& ip, uint16_t port) {
  return to_string(Endpoint{ip, port});
}

}  // namespace

std::string control_yaml(const GatewayPlan& plan) {
  std::string text = "# bulkhead-control of " + plan.gateway + ", made by `bulkhead init`.\n";
  text += line("gateway", plan.gateway);
  text += line("trust_domain", plan.trust_domain);
  text += line("dataplane_socket", plan.run_directory + "/dataplane.sock");
  text += line("api_socket", plan.run_directory + "/api.sock");
  text += line("store", plan.state_directory + "/control.db");
  text += line("certificate", plan.file("gateway.pem"));
  text += line("private_key", plan.file("gateway.key"));
  text += line("trust_anchors", plan.file("roots.pem"));
  text += line("image_signing_key", plan.file("image-signing.key"));
  text += line("handshake_listen", endpoint(plan.underlay.address, kHandshakePort));
  if (!plan.peers.empty()) text += "peers:\n";
  for (const PeerPlan& peer : plan.peers) {
    text += "  - " + line("name", peer.name);
    text += "    " + line("underlay", endpoint(peer.ip, esp::kUdpPort));
    text += "    " + line("handshake", endpoint(peer.ip, kHandshakePort));
  }
  return text;
}

std::string dataplane_yaml(const GatewayPlan& plan) {
  std::string text = "# bulkhead-dataplane of " + plan.gateway + ", made by `bulkhead init`.\n";
  text += line("gateway", plan.gateway);
  text += line("control_socket", plan.run_directory + "/dataplane.sock");
  text += line("state_directory", plan.state_directory + "/dataplane");
  text += line("image_signer", plan.file("image-signing.pub"));
  text += "workers: 1\n";
  text += "worker_mode: adaptive    # or poll: a core of its own per worker, lowest latency\n";
  text += "exception_device: bh-exc0    # kernel interface on which control hears handshakes\n";
  text += "esp_port: " + std::to_string(esp::kUdpPort) + "\n";
  text += "handshake_port: " + std::to_string(kHandshakePort) + "\n";
  text += "ports:\n";
  text += "  - name: mesh\n    role: mesh\n    driver: af_packet\n";
  text += "    " + line("device", plan.mesh_interface);
  text += "    " + line("address", to_string(plan.underlay));
  for (const ZonePlan& zone : plan.zones) {
    text += "  - " + line("name", zone.name);
    text += "    role: zone\n    driver: af_packet\n    " + line("device", zone.interface);
    text += "    mode: segment    # or routed, with `address`\n";
  }
  return text;
}

}  // namespace bulkhead::pki
