// SPDX-License-Identifier: Apache-2.0
#include "export/exports.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "export/cef.h"
#include "export/datagram_sink.h"
#include "export/rotating_file.h"
#include "export/stream_sink.h"
#include "export/syslog.h"

namespace bulkhead::control {

namespace {

std::unique_ptr<Sink> sink_of(const ExportConfig& config, const Clock& clock) {
  switch (config.way) {
    case ExportWay::kFile:
      return std::make_unique<RotatingFile>(config.path, config.max_bytes, config.keep);
    case ExportWay::kUdp:
      return std::make_unique<DatagramSink>(config.address);
    case ExportWay::kTcp:
      return std::make_unique<StreamSink>(config.address, clock);
    case ExportWay::kUnix:
      break;
  }
  return std::make_unique<DatagramSink>(config.path);
}

EventExport::Format format_of(const ExportConfig& config, const std::string& gateway,
                              const EventExport::Format& json) {
  EventExport::Format body = json;
  if (config.format == ExportFormat::kCef)
    body = [gateway](const ResolvedEvent& event) { return cef(event, gateway); };
  if (config.way == ExportWay::kFile) return body;
  const auto frame = config.way == ExportWay::kUnix ? local_syslog : rfc5424;
  const SyslogSender sender{gateway, static_cast<uint32_t>(::getpid())};
  return [body, frame, sender](const ResolvedEvent& event) {
    return frame(event, sender, body(event));
  };
}

}  // namespace

Result<std::unique_ptr<Exports>> Exports::start(const std::vector<ExportConfig>& configs,
                                                const std::string& gateway, EventHub& hub,
                                                EventExport::Format json, const Clock& clock) {
  auto exports = std::make_unique<Exports>();
  for (const ExportConfig& config : configs) {
    auto started = EventExport::start(hub, name_of(config), format_of(config, gateway, json),
                                      sink_of(config, clock));
    if (!started) return std::move(started).error();
    exports->all_.push_back(std::move(*started));
    spdlog::info("events go to {}", name_of(config));
  }
  return exports;
}

void Exports::stop() {
  for (const auto& one : all_) one->stop();
}

std::vector<ExportReading> Exports::readings() const {
  std::vector<ExportReading> all;
  for (const auto& one : all_) all.push_back(one->reading());
  return all;
}

}  // namespace bulkhead::control
