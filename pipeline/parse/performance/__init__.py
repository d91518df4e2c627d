"""Performance attachments (绩效目标, 绩效自评) to projects, indicators and form values."""
