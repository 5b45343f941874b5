"""What models take in, drawn at random: texts, pictures, videos, sounds, series, as large as a config wants them."""

from __future__ import annotations

from typing import Any

TOKENS, FRAMES, SAMPLES, SIDE = 16, 128, 8000, 32  # of a text, of a spectrum, of a sound, of a picture
SIZES = 6  # of a picture: before and after it was cut, and where it was


def _text(config: Any) -> Any:
    return config.get_text_config() if hasattr(config, "get_text_config") else config


def ids(config: Any, count: int, length: int = TOKENS) -> Any:
    import torch

    size = getattr(_text(config), "vocab_size", None) or 64
    return torch.randint(min(4, size - 1), size, (count, length))


def tokens(config: Any, count: int) -> dict[str, Any]:
    import torch

    found = ids(config, count)
    return {"input_ids": found, "attention_mask": torch.ones_like(found)}


def pictures(config: Any, count: int) -> dict[str, Any]:
    import torch

    sees, inner = (getattr(config, name, None) for name in ("vision_config", "encoder"))
    parts = (config, sees, getattr(sees, "backbone_config", None), inner)
    config = next((part for part in parts if getattr(part, "image_size", None)), config)
    size = getattr(config, "image_size", None) or SIDE
    height, width = (size, size) if isinstance(size, int) else (size[-2], size[-1])
    channels = getattr(config, "num_channels", None) or getattr(config, "in_channels", None) or 3
    times = getattr(config, "num_frames", None)  # of a model of videos: VideoMAE, TimeSformer
    return {"pixel_values": torch.rand(count, *([times] if isinstance(times, int) else []), channels, height, width)}


def videos(config: Any, count: int) -> dict[str, Any]:
    """As V-JEPA takes them (transformers 5.23)."""
    import torch

    size: Any = getattr(config, "image_size", None) or getattr(config, "crop_size", SIDE)
    times = config.frames_per_clip
    return {"pixel_values_videos": torch.rand(count, times, getattr(config, "in_chans", 3), size, size)}


def boxes(count: int) -> Any:
    """Where each word of a text stands on its page."""
    import torch

    return torch.randint(0, 100, (count, TOKENS, 4)).sort(-1).values


def spectrum(config: Any, count: int) -> dict[str, Any]:
    import torch

    told = [getattr(config, name, None) for name in ("feature_projection_input_dim", "input_feat_per_channel")]
    bins = next(filter(None, (*told, getattr(getattr(config, "encoder_config", None), "num_mel_bins", None))), None)
    if bins:  # one after the other, as Parakeet and SeamlessM4T take them (transformers 5.23)
        return {"input_features": torch.rand(count, FRAMES, bins), "attention_mask": torch.ones(count, FRAMES).long()}
    length = 2 * (getattr(config, "max_source_positions", None) or FRAMES // 2)
    return {"input_features": torch.rand(count, getattr(config, "num_mel_bins", None) or 80, length)}


def sound(config: Any, count: int) -> dict[str, Any]:
    import torch

    times, bins = getattr(config, "max_length", None), getattr(config, "num_mel_bins", None)
    shape = (times, bins) if isinstance(times, int) and isinstance(bins, int) else (SAMPLES,)  # AST sees a spectrum
    return {"input_values": torch.rand(count, *shape)}


def series(config: Any, count: int) -> dict[str, Any]:
    import torch

    channels = getattr(config, "num_input_channels", None) or 1
    past, ahead = (getattr(config, name, None) or TOKENS for name in ("context_length", "prediction_length"))
    return {"past_values": torch.rand(count, past, channels), "future_values": torch.rand(count, ahead, channels)}


def latents(config: Any, count: int) -> dict[str, Any]:
    """What a UNet takes the noise out of, when it stands so, and the texts that tell it of what."""
    import torch

    size = config.sample_size if isinstance(config.sample_size, int) else SIDE
    found = {"sample": torch.rand(count, config.in_channels, size, size), "timestep": torch.randint(0, 1000, (count,))}
    width = getattr(config, "cross_attention_dim", None)
    if isinstance(width, int):
        found["encoder_hidden_states"] = torch.rand(count, TOKENS, width)
    if getattr(config, "addition_embed_type", None) == "text_time":
        times = torch.rand(count, SIZES)
        texts = config.projection_class_embeddings_input_dim - SIZES * config.addition_time_embed_dim
        return {**found, "added_cond_kwargs": {"text_embeds": torch.rand(count, texts), "time_ids": times}}
    return found
