// SPDX-License-Identifier: Apache-2.0
#include "play.h"

#include <array>
#include <stdexcept>

#include "image/compile.h"
#include "image/verifier.h"
#include "outcome.h"
#include "policy/yaml.h"
#include "test_gateway.h"

namespace bulkhead::scenario {
namespace {

using test::TestGateway;
using DropCounts = std::array<uint64_t, kDropReasonCount>;

void require(const Status& status) {
  if (!status) throw std::runtime_error(status.error().sentence);
}

policy::Policy load(const std::string& yaml) {
  policy::LoadedPolicy loaded = policy::load_yaml(yaml, "policy.yaml");
  if (loaded.ok()) return std::move(loaded.policy);
  std::string all;
  for (const policy::Finding& finding : loaded.findings) all += to_string(finding) + "; ";
  throw std::runtime_error(all);
}

// As control makes it and the dataplane accepts it.
std::vector<uint8_t> image_for(const Scenario& scenario) {
  constexpr image::PrivateKey kKey{7};
  auto image = image::compile(load(scenario.policy), {scenario.gateway, 1, 0});
  if (!image) throw std::runtime_error(image.error().sentence);
  require(image::sign(*image, kKey));
  const auto signer = image::public_key_of(kKey);
  if (!signer) throw std::runtime_error(signer.error().sentence);
  require(image::verify(*image, {.signer = *signer, .gateway = scenario.gateway}));
  return std::move(*image);
}

test::GatewayOptions options_of(const Scenario& scenario) {
  test::GatewayOptions options;
  options.name = scenario.gateway;
  options.mode = scenario.mode;
  return options;
}

DropCounts drops_of(const TestGateway& gateway) {
  DropCounts counts{};
  for (unsigned r = 0; r < kDropReasonCount; ++r)
    counts[r] = gateway.drops(static_cast<DropReason>(r));
  return counts;
}

std::vector<std::string> risen(const DropCounts& before, const DropCounts& after) {
  std::vector<std::string> names;
  for (unsigned r = 0; r < kDropReasonCount; ++r)
    if (after[r] != before[r]) names.emplace_back(to_string(static_cast<DropReason>(r)));
  return names;
}

Outcome send(TestGateway& gateway, const SentFrame& frame, size_t number) {
  Outcome outcome;
  outcome.frame = number;
  const DropCounts before = drops_of(gateway);
  gateway.receive(frame.port, frame.bytes);
  outcome.drop = risen(before, drops_of(gateway));
  for (const uint16_t port : {TestGateway::kZone0, TestGateway::kZone1, TestGateway::kMesh})
    for (const test::Bytes& left : gateway.sent(port))
      outcome.out.push_back(out_text(port, frame.bytes, left));
  outcome.events = gateway.events();
  return outcome;
}

}  // namespace

std::vector<std::string> play(const Scenario& scenario) {
  const std::vector<uint8_t> image = image_for(scenario);
  const image::ImageView view(image);
  TestGateway gateway(options_of(scenario));
  gateway.install(image);
  std::vector<std::string> lines;
  int64_t passed_ms = 0;
  for (const SentFrame& frame : scenario.frames) {
    const int64_t at_ms = frame.time_us / 1000;
    if (at_ms < passed_ms) throw std::runtime_error("send.pcap: time goes backwards");
    gateway.clock.advance_ms(static_cast<uint64_t>(at_ms - passed_ms));
    passed_ms = at_ms;
    lines.push_back(to_json(send(gateway, frame, lines.size() + 1), view));
  }
  return lines;
}

}  // namespace bulkhead::scenario
